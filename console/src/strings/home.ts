/** English of the console's home. */

export const home = {
  title: "Console Home",
  description: "Roles, policies and repositories of this server. Search at the top finds each of them by name.",
  cards: {
    iam: "Who may do what: policies, roles, users and their keys.",
    ecr: "Repositories and the images in them.",
    access: "What was allowed, what was refused, and why.",
  },
  who: "You",
  account: "Account",
  region: "Region",
  expires: "Session ends",
};
