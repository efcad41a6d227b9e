/** English of the instance profiles' pages. AWS's console has none: there they are made silently. */

import { pages } from "./pages";

export const profiles = {
  title: pages.iam.profiles,
  name: "Instance profile name",
  role: "Role",
  noRole: "No role",
  created: "Created",
  empty: "No instance profiles",
  emptyHint: "An instance profile hands its role to an EC2 instance. Creating a role for EC2 makes one of the same name.",
  create: "Create instance profile",
  nameRule: "1 to 128 letters, digits or +=,.@-_",
  roleToo: "Role to be added",
  chooseRole: "Choose a role",
  findRole: "Find roles",
  made: (name: string) => `The instance profile ${name} was created.`,
  summary: "Summary",
  tags: "Tags",
  add: "Add role",
  remove: "Remove role",
  added: (role: string) => `The role ${role} was added.`,
  removed: (role: string) => `The role ${role} was removed.`,
  removeTitle: (role: string) => `Remove ${role}?`,
  removeHint: "Instances with this profile get no credentials from then on. The role itself stays.",
  missingRole: "Choose a role.",
  delete: "Delete",
  deleteWarning: "Instances with this profile get no credentials from then on. Its role is removed and stays.",
  deleted: (name: string) => `The instance profile ${name} was deleted.`,
};
