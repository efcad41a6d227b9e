/** The visual editor's blocks to JSON, as AWS's console writes it. */

import type { Json, Members } from "../../../../parts/copy/call";
import type { Condition, Permission, StarOnly, Visual } from "./model";

const SPACES = 2;

type Written = { kept: Json } | { sid: string | undefined; body: Members };

/** Blocks that are not filled in yet are left out. */
export function toText(visual: Visual, starOnly: StarOnly): string {
  const statements = visual.blocks.flatMap((block): Written[] =>
    block.kind === "opaque" ? [{ kept: block.statement }] : statementsOf(block, starOnly),
  );
  return JSON.stringify({ ...visual.rest, Statement: numbered(statements) }, null, SPACES);
}

/** What is still missing before the block says anything. */
export function gapOf(block: Permission, starOnly: StarOnly): "service" | "actions" | "resources" | "conditions" | undefined {
  if (block.service === "") return "service";
  if (block.actions.length === 0) return "actions";
  if (block.resources !== "all" && block.resources.length === 0 && !block.actions.every(starOnly)) return "resources";
  // Left out, an unfinished condition would allow more than was meant.
  if (block.conditions.some(({ operator, key, values }) => !operator || !key || values.length === 0)) return "conditions";
  return undefined;
}

/** Actions that only take `*` stand in a statement of their own. */
function statementsOf(block: Permission, starOnly: StarOnly): Written[] {
  if (gapOf(block, starOnly)) return [];
  const actions = [...new Set(block.actions)].sort();
  const { resources } = block;
  if (resources === "all") return [statement(block, actions, ["*"], block.sid)];
  const split = [
    [actions.filter((action) => !starOnly(action)), resources],
    [actions.filter(starOnly), ["*"]],
  ] as const;
  return split
    .filter(([some]) => some.length > 0)
    .map(([some, on], index) => statement(block, some, on, index === 0 ? block.sid : undefined));
}

function statement(block: Permission, actions: readonly string[], resources: readonly string[], sid?: string): Written {
  const body = {
    Effect: block.effect,
    Action: oneOrList(actions),
    Resource: oneOrList([...new Set(resources)]),
    ...(block.conditions.length > 0 && { Condition: conditionOf(block.conditions) }),
  };
  return { sid, body };
}

/** VisualEditor0, VisualEditor1...: none that a kept statement has already. */
function numbered(statements: readonly Written[]): Json[] {
  const taken = new Set(statements.map((one) => ("kept" in one ? sidOf(one.kept) : one.sid)));
  let next = 0;
  return statements.map((one) => {
    if ("kept" in one) return one.kept;
    while (one.sid === undefined && taken.has(`VisualEditor${next}`)) next += 1;
    return { Sid: one.sid ?? `VisualEditor${next++}`, ...one.body };
  });
}

function conditionOf(conditions: readonly Condition[]): Members {
  const operators = new Map<string, Map<string, string[]>>();
  for (const { operator, key, values } of conditions) {
    const keys = operators.get(operator) ?? new Map<string, string[]>();
    operators.set(operator, keys.set(key, [...(keys.get(key) ?? []), ...values]));
  }
  return Object.fromEntries(
    [...operators].map(([operator, keys]) => [
      operator,
      Object.fromEntries([...keys].map(([key, values]) => [key, oneOrList(values)])),
    ]),
  );
}

function oneOrList(values: readonly string[]): Json {
  const [first, ...others] = values;
  return first !== undefined && others.length === 0 ? first : [...values];
}

function sidOf(statement: Json): Json | undefined {
  return typeof statement === "object" && statement !== null && !Array.isArray(statement) ? statement.Sid : undefined;
}
