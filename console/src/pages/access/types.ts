/** What /api/decisions tells of one decision (docs/reference/api.md, "Decision"), as far as the pages use it. */

export type Verdict = "Allowed" | "ImplicitlyDenied" | "ExplicitlyDenied";
export type CheckType =
  | "SERVICE_CONTROL_POLICY"
  | "RESOURCE_CONTROL_POLICY"
  | "VPC_ENDPOINT"
  | "RESOURCE"
  | "PRINCIPAL"
  | "PERMISSIONS_BOUNDARY"
  | "SESSION"
  | "ROLE_TRUST";
export type CheckEffect = "ALLOW" | "NO_IMPACT" | "IMPLICIT_DENY" | "EXPLICIT_DENY";
export type Statement = Readonly<Record<string, unknown>>;

/** A statement by its policy and place: `index` counts from 0, `line` from 1. */
export interface Reference {
  policy: string;
  sid: string | null;
  index: number;
  line: number;
}

export interface Check {
  type: CheckType;
  level: string;
  effect: CheckEffect;
}

export interface Condition {
  operator: string;
  key: string;
  values: string[];
}

export interface StatementSeen extends Reference {
  type: CheckType;
  effect: "Allow" | "Deny";
  /** Of the document's characters (code points). */
  span: [number, number];
  principal: boolean;
  action: boolean;
  resource: boolean;
  conditions: (Condition & { found: string[] | null })[];
}

export interface PolicySeen {
  uri: string;
  type: CheckType;
  inline: boolean;
  attachedTo: string;
  document: string;
}

export interface Splice {
  start: number;
  end: number;
  text: string;
}

export interface Change {
  type: CheckType;
  /** Empty: a policy that is yet to be made. */
  policy: string;
  element: "Action" | "Resource" | "Statement";
  added: string;
  index: number | null;
  statement: Statement | null;
  splice: Splice | null;
  diff: string[];
  allows: Allows;
  stillLacking: CheckType[];
}

export interface Allows {
  actions: string[];
  resources: string[] | null;
  allBut: boolean;
  conditions: Condition[];
  principals: string[];
  shared: boolean;
}

export interface Denying extends Reference {
  type: CheckType;
  actions: string[];
  byNotAction: boolean;
  resources: string[];
  byNotResource: boolean;
  conditions: Condition[];
}

export interface Decision {
  /** Empty for what was allowed. */
  id: string;
  at: string;
  group: string;
  principal: string;
  action: string;
  resource: string;
  verdict: Verdict;
  sentence: string;
  reason: string;
  decidedBy: CheckType | null;
  context: Readonly<Record<string, string | string[]>>;
  checks: Check[];
  statements: StatementSeen[];
  policies: PolicySeen[];
  deciding: Reference[];
  nearest: (Reference & { lacks: string; sentence: string }) | null;
  missing: Statement | null;
  change: Change | null;
  narrowing: { denies: Denying[]; stillLacking: CheckType[] } | null;
}

export type Outcome = "yes" | "no" | "depends" | "some" | "undecided";
