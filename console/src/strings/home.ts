/** English of the console's home. */

import { pages } from "./pages";

export const home = {
  title: pages.home.title,
  description: "Roles, policies and repositories of this server. Search at the top finds each of them by name.",
  who: "You",
  account: "Account",
  region: "Region",
  expires: "Session ends",
};
