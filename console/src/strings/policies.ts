/** English of the policies' pages, with the labels that AWS's console uses. */

import { pages } from "./pages";
import type { Level } from "../pages/iam/policies/visual/catalogue";

const SERVICES: Record<string, string> = {
  ecr: "Elastic Container Registry",
  "ecr-public": "Elastic Container Registry Public",
  ecs: "Elastic Container Service",
  eks: "Elastic Kubernetes Service",
  ec2: "EC2",
  iam: "IAM",
  kms: "KMS",
  lambda: "Lambda",
  logs: "CloudWatch Logs",
  s3: "S3",
  secretsmanager: "Secrets Manager",
  sts: "STS",
  dockreeve: "Dockreeve",
};

export function serviceName(prefix: string): string {
  return SERVICES[prefix] ?? prefix;
}

export const policies = {
  create: pages.iam.createPolicy,
  creating: (name: string) => `Creating ${name}`,
  hint: "A policy says what is allowed and what is denied to those that it is attached to.",
  created: (name: string) => `Policy ${name} created.`,
  optional: "optional",
};

export const editor = {
  specify: "Specify permissions",
  specifyHint: "Add permissions by selecting services, actions, resources, and conditions. Build permission statements using the JSON editor.",
  title: "Policy editor",
  mode: "Editor",
  visual: "Visual",
  json: "JSON",
  document: "Policy document",
  loading: "Loading the service's actions",
  loadingServices: "Loading services",
  notShown: "This document can't be shown in the visual editor. It isn't whole JSON of a policy, or holds a name or a number twice over.",
  addMore: "Add more permissions",
  unfinished: "Fill in every block of permissions, or remove it.",
  unreadable: "Mend the document first: it is not the JSON of a policy that can be saved.",
  lintFailed: "The document could not be checked",
};

export const block = {
  new: "Select a service",
  serviceHint: "Specify what actions can be performed on specific resources in a service.",
  find: "Search for a service",
  remove: (name: string) => `Remove ${name}`,
  removeIt: "Remove",
  effect: "Effect",
  Allow: "Allow",
  Deny: "Deny",
  opaque: "Kept as JSON",
  opaqueHint: "The visual editor can't show this statement, and keeps it as it is. Change it in the JSON editor.",
  gaps: {
    service: "Select a service.",
    actions: "Select at least one action.",
    resources: "Specify resources, or choose All.",
    conditions: "Fill in key, operator and value of each condition, or remove it.",
  },
};

export const actions = {
  title: { Allow: "Actions allowed", Deny: "Actions denied" },
  hint: "Specify actions from the service to be allowed or denied.",
  filter: "Filter Actions",
  clear: "Clear the filter",
  all: (service: string, prefix: string) => `All ${service} actions (${prefix}:*)`,
  level: "Access level",
  count: (level: Level, selected: number, of: number) => `${level} (Selected ${selected}/${of})`,
  allOf: (level: Level) => `All ${level.toLowerCase()} actions`,
  patterns: "Patterns",
  none: "No action has this text in its name.",
};

export const resources = {
  title: "Resources",
  hint: "Specify resource ARNs for these actions.",
  all: "All",
  specific: "Specific",
  anyStar: "The actions that are selected are only ever decided for all resources.",
  alsoStar: (names: readonly string[]) =>
    `${names.join(", ")} ${names.length === 1 ? "is" : "are"} only ever decided for all resources: a statement of its own is made.`,
  anyHere: "Any in this account",
  anyOf: (type: string) => `${type}: Any in this account`,
  addArns: "Add ARNs",
  addArnsFor: (type: string) => `Add ARNs of ${type}`,
  remove: (arn: string) => `Remove ${arn}`,
  arn: "Resource ARN",
  any: "Any",
  blank: "Leave a field empty for any.",
  cancel: "Cancel",
};

export const conditions = {
  title: "Request conditions",
  hint: "Actions on resources are allowed or denied only when these conditions are met.",
  key: "Condition key",
  operator: "Operator",
  values: "Value",
  valuesHint: "One on each line",
  add: "Add another condition",
  remove: "Remove",
  removeOf: (key: string) => `Remove the condition ${key}`,
  none: "No conditions",
  use: (text: string) => `Use: "${text}"`,
};

export const meaning = {
  title: "What this policy means",
  hint: "For a principal that has only this policy, on every repository.",
  waiting: "Nothing is allowed yet.",
  unreadable: "The document can't be read yet.",
};

export const review = {
  create: "Review and create",
  createHint: "Review the permissions, specify details, and tags.",
  details: "Policy details",
  name: "Policy name",
  nameHint: "Enter a meaningful name to identify this policy.",
  nameRule: "1 to 128 letters, digits or +=,.@-_",
  description: "Description",
  descriptionHint: "Add a short explanation for this policy.",
  descriptionRule: "Up to 1,000 characters",
  permissions: "Permissions defined in this policy",
  permissionsHint: "What is not explicitly allowed is denied.",
  edit: "Edit",
};

export const summary = {
  service: "Service",
  effect: "Effect",
  level: "Access level",
  resource: "Resource",
  condition: "Request condition",
  full: "Full access",
  fullOf: (levels: readonly string[]) => `Full: ${levels.join(", ")}`,
  limitedOf: (levels: readonly string[]) => `Limited: ${levels.join(", ")}`,
  allResources: "All resources",
  none: "None",
  kept: "Kept as JSON",
};
