/** English of what roles and users have in common: permissions, boundary, tags, what they can do. */

import { verbs } from "./verbs";

export const abilities = {
  title: { role: "What this role can do", user: "What this user can do" },
  willTitle: { role: "What this role will be able to do", user: "What this user will be able to do" },
  hint: "With every repository, in the words of docker; decided by the server as it will decide the requests themselves.",
  nothing: "Nothing yet: no policy is chosen.",
  verb: (verb: string) => verbs[verb] ?? verb,
  yes: "Yes",
  no: "No",
  some: "For some repositories",
  undecided: "Undecided",
  depends: (keys: readonly string[]) => (keys.length > 0 ? `Depends on ${keys.join(", ")}` : "Depends"),
  missing: (actions: readonly string[]) =>
    `${actions.join(", ")} ${actions.length === 1 ? "is" : "are"} missing`,
  denied: (actions: readonly string[]) => `${actions.join(", ")} ${actions.length === 1 ? "is" : "are"} denied`,
  add: "Add it",
  addFor: (verb: string) => `Add it: ${verb}`,
  computing: "Working it out",
  failed: "What it can do could not be worked out",
  access: "See it for each repository",
};

export const permissions = {
  title: "Permissions policies",
  choose: "Choose one or more policies to attach.",
  find: "Find policies",
  filterByType: "Filter by Type",
  allTypes: "All types",
  customerManaged: "Customer managed",
  awsManaged: "AWS managed",
  inline: "Customer inline",
  name: "Policy name",
  type: "Type",
  selection: "Policies that are chosen",
  chosen: (count: number, all: number) => `(${count} of ${all} selected)`,
  created: "Create policy",
  none: "No policies",
  noMatch: "No policy matches",
  noneAttached: "No permissions",
  noneAttachedHint: { role: "Without a policy this role may do nothing.", user: "Without a policy this user may do nothing." },
  add: "Add permissions",
  attachPolicies: "Attach policies",
  attachTo: (name: string) => `Attach policies to ${name}`,
  createInline: "Create inline policy",
  editInline: (name: string) => `Edit ${name}`,
  inlineHint: "An inline policy belongs to this one alone and goes when it is deleted.",
  remove: "Remove",
  removeTitle: (count: number) => (count === 1 ? "Remove 1 policy?" : `Remove ${count} policies?`),
  removeHint: "Managed policies are detached and stay; inline policies are deleted.",
  edit: "Edit",
  document: "Policy document",
  notLinted: "The document could not be checked",
  nameRule: "1 to 128 letters, digits or +=,.@-_",
  description: "Description",
  optional: "optional",
  cancel: "Cancel",
  save: "Save changes",
  attached: (count: number) => (count === 1 ? "1 policy was attached." : `${count} policies were attached.`),
  saved: (name: string) => `The policy ${name} was saved.`,
  removed: "The permissions were removed.",
  made: (name: string) => `The policy ${name} was created and is chosen now.`,
};

export const boundary = {
  title: "Permissions boundary",
  optionalTitle: "Set permissions boundary",
  hint: "The most that the policies together can allow. It grants nothing itself.",
  without: { role: "Create role without a permissions boundary", user: "Create user without a permissions boundary" },
  with: {
    role: "Use a permissions boundary to control the maximum role permissions",
    user: "Use a permissions boundary to control the maximum user permissions",
  },
  policy: "Boundary policy",
  choosePolicy: "Choose a policy",
  notSet: "(not set)",
  set: "(set)",
  setIt: "Set boundary",
  change: "Change boundary",
  remove: "Remove boundary",
  wasSet: "The permissions boundary was set.",
  wasRemoved: "The permissions boundary was removed.",
  missing: "Choose a policy.",
};

export const tags = {
  title: "Tags",
  optionalTitle: "Add tags",
  hint: "Key and value pairs, to find resources by and to decide by in policies.",
  save: "Save changes",
  saved: "The tags were saved.",
};

export const changes = {
  attach: (policy: string) => `Attach ${policy}`,
  detach: (policy: string) => `Detach ${policy}`,
  deleteInline: (policy: string) => `Delete the inline policy ${policy}`,
  back: "Back to the form",
  leave: "Leave",
};
