/** A policy as the visual editor holds it: a list of blocks. What it can't show exactly is kept as it is. */

import type { Json, Members } from "../../../../parts/copy/call";

export type Effect = "Allow" | "Deny";

export interface Condition {
  operator: string;
  key: string;
  values: readonly string[];
}

export interface Permission {
  kind: "permission";
  effect: Effect;
  /** The prefix; "" until one is selected. */
  service: string;
  /** Names and patterns with the prefix, as they stand in the policy: `ecr:ListImages`, `ecr:Describe*`. */
  actions: readonly string[];
  /** "all" is `*`; else ARNs. */
  resources: "all" | readonly string[];
  conditions: readonly Condition[];
  /** A Sid of the author's own; without it one is generated. */
  sid?: string;
}

export interface Opaque {
  kind: "opaque";
  statement: Json;
}

export type Block = Permission | Opaque;

export interface Visual {
  /** The members of the document beside Statement. */
  rest: Members;
  blocks: readonly Block[];
}

/** Whether an action is only ever authorized on `*`. */
export type StarOnly = (action: string) => boolean;

export const EMPTY: Permission = {
  kind: "permission",
  effect: "Allow",
  service: "",
  actions: [],
  resources: [],
  conditions: [],
};

export const NEW: Visual = { rest: { Version: "2012-10-17" }, blocks: [EMPTY] };

/** Those that an editor generates, and may therefore generate anew. */
export const GENERATED = /^VisualEditor\d+$/;
