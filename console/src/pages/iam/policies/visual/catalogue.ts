/** What the editor knows of a service, as /api/services answers it. */

import type { StarOnly } from "./model";

export interface Action {
  name: string;
  level: string;
  resourceTypes: readonly string[];
}

export interface ConditionKey {
  name: string;
  type: string;
  multivalued: boolean;
}

export interface ResourceType {
  name: string;
  arns: readonly string[];
}

export interface Service {
  service: string;
  actions: readonly Action[];
  resourceTypes: readonly ResourceType[];
  conditionKeys: readonly ConditionKey[];
  globalConditionKeys: readonly ConditionKey[];
}

/** The order of AWS's console. */
export const LEVELS = ["List", "Read", "Write", "Permissions management", "Tagging"] as const;
export type Level = (typeof LEVELS)[number];

/** Of these services; any other action is taken to have resources. */
export function starOnlyOf(services: Iterable<Service>): StarOnly {
  const names = new Set<string>();
  for (const { actions } of services) {
    for (const { name, resourceTypes } of actions) if (resourceTypes.length === 0) names.add(name.toLowerCase());
  }
  return (action) => names.has(action.toLowerCase());
}

/** The actions that a name or pattern takes in: `ecr:Describe*`. */
export function taken(pattern: string, service: Service): Action[] {
  const matches = matcher(pattern);
  return service.actions.filter(({ name }) => matches.test(name));
}

/** Whether a text fits a pattern with `*` and `?`, in any case. */
export function matcher(pattern: string): RegExp {
  const parts = pattern.split(/([*?])/).map((part) => {
    if (part === "*") return ".*";
    return part === "?" ? "." : part.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`, "is");
}

/** The kinds of resources on which these actions are authorized. */
export function typesFor(actions: readonly string[], service: Service): ResourceType[] {
  const names = new Set(actions.flatMap((one) => taken(one, service)).flatMap((action) => action.resourceTypes));
  return service.resourceTypes.filter(({ name }) => names.has(name));
}

/** "Any in this account": `arn:aws:ecr:*:123456789012:repository/*`. */
export function anyIn(account: string, arn: string): string {
  return arn
    .replace("${Partition}", "aws")
    .replace("${Account}", account)
    .replace(/\$\{[^}]*\}/g, "*");
}

/** The names in an ARN that are asked for; the partition is always the same. */
export function partsOf(arn: string): string[] {
  return [...arn.matchAll(/\$\{([^}]*)\}/g)].flatMap(([, name]) => (name === undefined || name === "Partition" ? [] : [name]));
}

/** The ARN with what was filled in; what was left empty is any. */
export function filled(arn: string, values: Readonly<Record<string, string>>): string {
  return arn.replace(/\$\{([^}]*)\}/g, (_, name: string) => (name === "Partition" ? "aws" : values[name]?.trim() || "*"));
}

const STRING = ["StringEquals", "StringLike", "StringNotEquals", "StringNotLike", "StringEqualsIgnoreCase"];
const OPERATORS: Record<string, readonly string[]> = {
  String: STRING,
  ARN: ["ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals"],
  Bool: ["Bool"],
  Date: ["DateGreaterThan", "DateLessThan", "DateGreaterThanEquals", "DateLessThanEquals", "DateEquals", "DateNotEquals"],
  IPAddress: ["IpAddress", "NotIpAddress"],
  Numeric: ["NumericEquals", "NumericLessThan", "NumericGreaterThan", "NumericLessThanEquals", "NumericGreaterThanEquals"],
};

/** The operators that fit a condition key; any other may be typed. */
export function operatorsFor(key: ConditionKey | undefined): string[] {
  const fitting = OPERATORS[key?.type ?? "String"] ?? STRING;
  const plain = key?.multivalued ? ["ForAnyValue", "ForAllValues"].flatMap((set) => fitting.map((one) => `${set}:${one}`)) : fitting;
  return [...plain, ...plain.map((one) => `${one}IfExists`), "Null"];
}

/** The key of this name, whatever stands for a part like `${TagKey}`. */
export function keyNamed(name: string, service: Service): ConditionKey | undefined {
  const wanted = name.toLowerCase();
  const isIt = ({ name: known }: ConditionKey) => {
    const [start = "", ...rest] = known.toLowerCase().split(/\$\{[^}]*\}/);
    return rest.length > 0 ? wanted.startsWith(start) && wanted !== start : wanted === start;
  };
  return [...service.conditionKeys, ...service.globalConditionKeys].find(isIt);
}
