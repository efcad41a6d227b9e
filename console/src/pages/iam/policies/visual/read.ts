/** JSON to the visual editor's blocks. A statement becomes a block only if writing it gives the same meaning. */

import type { Json, Members } from "../../../../parts/copy/call";
import { isFaithful } from "./faithful";
import { type Block, type Condition, type Effect, GENERATED, type Permission, type StarOnly, type Visual } from "./model";

const SHOWN = new Set(["Sid", "Effect", "Action", "Resource", "Condition"]);

/** Undefined for a text that isn't the JSON of a policy, or that JSON.parse would not keep whole. */
export function toVisual(text: string, starOnly: StarOnly): Visual | undefined {
  const document = parsed(text);
  if (!isObject(document) || !isFaithful(text)) return undefined;
  const { Statement: statement, ...rest } = document;
  if (!isObject(statement) && !Array.isArray(statement)) return undefined;
  return { rest, blocks: joined([statement].flat().map((one) => blockOf(one, starOnly)), starOnly) };
}

/** The service prefixes of all actions in the text, whose catalogues `starOnly` needs. */
export function servicesIn(text: string): string[] {
  const document = parsed(text);
  if (!isObject(document)) return [];
  const actions = [document.Statement ?? []].flat().flatMap((one) => (isObject(one) ? (texts(one.Action) ?? []) : []));
  return [...new Set(actions.flatMap((action) => prefixOf(action) ?? []))];
}

export function prefixOf(action: string): string | undefined {
  return /^([a-z0-9-]+):[^:\s]+$/i.exec(action)?.[1]?.toLowerCase();
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function blockOf(statement: Json, starOnly: StarOnly): Block {
  return permissionOf(statement, starOnly) ?? { kind: "opaque", statement };
}

function permissionOf(statement: Json, starOnly: StarOnly): Permission | undefined {
  if (!isObject(statement) || !Object.keys(statement).every((name) => SHOWN.has(name))) return undefined;
  const actions = texts(statement.Action);
  const named = texts(statement.Resource);
  const conditions = conditionsOf(statement.Condition);
  const service = actions && prefixOf(actions[0] ?? "");
  const sid = statement.Sid;
  if (!isEffect(statement.Effect) || !actions || !named || !conditions || service === undefined) return undefined;
  if (sid !== undefined && typeof sid !== "string") return undefined;
  if (!actions.every((action) => prefixOf(action) === service)) return undefined;
  const resources = named.length === 1 && named[0] === "*" ? "all" : named;
  // Writing would put these actions on `*`, which this statement does not.
  if (resources !== "all" && actions.some(starOnly)) return undefined;
  const own = sid !== undefined && !GENERATED.test(sid);
  return { kind: "permission", effect: statement.Effect, service, actions, resources, conditions, ...(own && { sid }) };
}

/** Two statements that one block would be written as are shown as one. */
function joined(blocks: readonly Block[], starOnly: StarOnly): Block[] {
  const result: Block[] = [];
  for (const block of blocks) {
    const before = result.at(-1);
    const isPair = before?.kind === "permission" && block.kind === "permission" && areOne(before, block, starOnly);
    if (isPair) result[result.length - 1] = { ...before, actions: [...before.actions, ...block.actions] };
    else result.push(block);
  }
  return result;
}

function areOne(before: Permission, block: Permission, starOnly: StarOnly): boolean {
  return (
    before.service === block.service &&
    before.effect === block.effect &&
    before.sid === undefined &&
    block.sid === undefined &&
    before.resources !== "all" &&
    block.resources === "all" &&
    !before.actions.some(starOnly) &&
    block.actions.every(starOnly) &&
    JSON.stringify(before.conditions) === JSON.stringify(block.conditions)
  );
}

function conditionsOf(condition: Json | undefined): Condition[] | undefined {
  if (condition === undefined) return [];
  if (!isObject(condition)) return undefined;
  const found: Condition[] = [];
  for (const [operator, keys] of Object.entries(condition)) {
    if (!isObject(keys) || Object.keys(keys).length === 0) return undefined;
    for (const [key, value] of Object.entries(keys)) {
      const values = texts(value);
      if (!values) return undefined;
      found.push({ operator, key, values });
    }
  }
  return found;
}

/** A text or a list of texts that has at least one. */
function texts(value: Json | undefined): string[] | undefined {
  const list = typeof value === "string" ? [value] : Array.isArray(value) ? value : [];
  const found = list.filter((one) => typeof one === "string");
  return found.length === list.length && found.length > 0 ? found : undefined;
}

function isObject(value: Json | undefined): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isEffect(value: Json | undefined): value is Effect {
  return value === "Allow" || value === "Deny";
}
