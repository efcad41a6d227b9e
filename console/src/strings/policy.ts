/** English of the page of one managed policy, with the labels that AWS's console uses. */

import { pages } from "./pages";

export type Usage = "permissions" | "boundary";

const USAGES: Record<Usage, string> = { permissions: "Permissions policy", boundary: "Permissions boundary" };

export const policy = {
  details: "Policy details",
  type: "Type",
  created: "Creation time",
  edited: "Edited time",
  copyArn: "Copy ARN",
  copied: "Copied",
  notCopied: "The browser did not allow copying: select the ARN and copy it",
  awsManaged: "AWS managed",
  customerManaged: "Customer managed",
  managedByAws: "AWS maintains this policy: it can be attached, but nobody here can edit, tag or delete it.",
  delete: "Delete",
  edit: pages.iam.editPolicy,
  tabs: {
    permissions: "Permissions",
    entities: "Entities attached",
    versions: "Policy versions",
    tags: "Tags",
  },
  document: "Policy document",
  documentHint: (version: string) => `The JSON of ${version}, the default version: the one that decides.`,
  lintFailed: "The document could not be checked",
  abilities: "What this policy means",
};

export const entities = {
  title: "Entities attached",
  hint: "The roles and users that this policy speaks for or limits.",
  name: "Entity name",
  type: "Entity type",
  usage: "Attached as",
  types: { role: "Role", user: "User" },
  usages: USAGES,
  empty: "Nobody has this policy",
  emptyHint: "A policy decides nothing until it is attached to a role or a user.",
  noMatch: "No entity matches",
  find: "Find entities",
  selection: "Entities that are chosen",
  attach: "Attach",
  attachTitle: (name: string) => `Attach ${name}`,
  roles: "Roles",
  users: "Users",
  choose: "Roles and users",
  placeholder: "Choose roles and users",
  noOthers: "No roles or users",
  deselect: (name: string) => `Leave out ${name}`,
  permissionsHint: "Allows and denies what it says.",
  boundaryHint: "Grants nothing: it is the most that the entity's policies can allow. A boundary that is set already is replaced.",
  attached: (count: number) => (count === 1 ? "Attached to 1 entity." : `Attached to ${count} entities.`),
  detach: "Detach",
  detachTitle: (count: number) => (count === 1 ? "Detach from 1 entity?" : `Detach from ${count} entities?`),
  detachHint: "They lose what the policy allows at once.",
  unbound: (names: string) => `Without this boundary nothing limits what the other policies allow ${names}.`,
  detached: "The policy was detached.",
};

export const versions = {
  title: "Policy versions",
  hint: "Five versions are kept at most. The default version is the one that decides.",
  version: "Version",
  isDefault: "Default",
  created: "Creation time",
  selection: "The version that is chosen",
  select: (id: string) => `Choose ${id}`,
  view: (id: string) => `View ${id}`,
  close: "Close",
  document: (id: string) => `Policy document of ${id}`,
  setDefault: "Set as default",
  setDefaultTitle: (id: string) => `Set ${id} as the default version?`,
  setDefaultHint: (id: string) => `From then on ${id} decides for every entity that has this policy.`,
  wasSet: (id: string) => `${id} is the default version now.`,
  delete: "Delete version",
  deleteTitle: (id: string) => `Delete ${id}?`,
  deleteHint: "A version that is deleted does not come back, and its number is not given again.",
  deleted: (id: string) => `${id} was deleted.`,
};

export const edit = {
  title: (name: string) => `Edit ${name}`,
  hint: "Saving makes a new version; the versions before it stay.",
  version: "New version",
  setDefault: "Set this new version as the default",
  setDefaultHint: "Otherwise it is kept, and decides nothing until it is set as the default.",
  save: "Save changes",
  saving: (name: string) => `Saving ${name}`,
  cancel: "Cancel",
  full: "Version to delete first",
  fullHint: "There are five versions, and no more are kept: choose the one that makes room. It does not come back.",
  mendFirst: "Mend the errors first: a version is deleted before the new one is made.",
  chooseOne: "Choose the version to delete.",
  ofTime: (id: string, time: string) => `${id}, made ${time}`,
  made: (name: string) => `A new version of ${name} was saved.`,
};

export const deletion = {
  title: (name: string) => `Deleting ${name}`,
  nothingElse: "It is attached to nobody. Its documents do not come back.",
  detached: (names: string) => `It is detached first from ${names}, who lose what it allows at once.`,
  unbound: (names: string) =>
    `It is taken away as the permissions boundary of ${names}: nothing then limits what their other policies allow.`,
  versions: (ids: string) => `Its other versions are deleted first (${ids}), and do not come back.`,
  deleted: (name: string) => `The policy ${name} was deleted.`,
};

export const policyChanges = {
  attach: (entity: string) => `Attach to ${entity}`,
  detach: (entity: string) => `Detach from ${entity}`,
  setBoundary: (entity: string) => `Set as the permissions boundary of ${entity}`,
  removeBoundary: (entity: string) => `Remove as the permissions boundary of ${entity}`,
  deleteVersion: (id: string) => `Delete the version ${id}`,
  createVersion: "Create the new version",
  delete: (name: string) => `Delete policy ${name}`,
  entity: { role: (name: string) => `role ${name}`, user: (name: string) => `user ${name}` },
};
