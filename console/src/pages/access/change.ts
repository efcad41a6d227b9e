/** Where a refusal's smallest change belongs, and the document that it makes. */

import type { Change, Decision, Splice, Statement } from "./types";

export interface Owner {
  kind: "user" | "role";
  name: string;
  arn: string;
}

export type Target =
  | { kind: "managed"; arn: string }
  | { kind: "inline"; owner: Owner; name: string }
  | { kind: "new"; owner: Owner }
  | { kind: "repository"; of: Repository }
  | { kind: "trust"; role: string }
  | { kind: "none"; because: "session" | "boundary" | "elsewhere" };

/** Where a repository is: the caller's account and region need not be its own. */
export interface Repository {
  region: string;
  registry: string;
  name: string;
}

/** The statement is no longer as it was when the request was refused. */
export class Moved extends Error {}

const OWNER = /^arn:[^:]*:iam::\d*:(user|role)\/(?:.*\/)?([^/]+)$/;
const REPOSITORY = /^arn:[^:]*:ecr:([^:]*):(\d*):repository\/(.+)$/;
const MANAGED = /^arn:[^:]*:iam::\d{12}:policy\/./;
const INLINE = "inline:";

/** The user or role behind an ARN; undefined for root, a session, and anything else. */
export function ownerOf(arn: string): Owner | undefined {
  const found = OWNER.exec(arn);
  return found ? { kind: found[1] as Owner["kind"], name: found[2] ?? "", arn } : undefined;
}

/** undefined for anything else, and for a pattern of several. */
export function repositoryOf(arn: string): Repository | undefined {
  const [, region = "", registry = "", name = ""] = REPOSITORY.exec(arn) ?? [];
  return name && !/[*?]/.test(name) ? { region, registry, name } : undefined;
}

/** The user or role whose policies decided. */
export function asking(decision: Decision): Owner | undefined {
  const arn = decision.context["aws:principalarn"];
  return ownerOf(typeof arn === "string" ? arn : decision.principal);
}

export function targetOf(decision: Decision, change: Change): Target {
  const policy = decision.policies.find(({ uri, type }) => uri === change.policy && type === change.type);
  const owner = ownerOf(policy?.attachedTo ?? "");
  const repository = repositoryOf(policy?.attachedTo ?? decision.resource);
  if (MANAGED.test(change.policy)) return { kind: "managed", arn: change.policy };
  if (change.type === "SESSION") return { kind: "none", because: "session" };
  if (change.type === "PERMISSIONS_BOUNDARY") return { kind: "none", because: "boundary" };
  if (change.policy.startsWith(INLINE) && owner) {
    return { kind: "inline", owner, name: change.policy.slice(INLINE.length) };
  }
  if (change.type === "ROLE_TRUST" && owner?.kind === "role") return { kind: "trust", role: owner.name };
  if (change.type === "RESOURCE" && repository) return { kind: "repository", of: repository };
  const asks = asking(decision);
  if (change.type === "PRINCIPAL" && change.policy === "" && asks) return { kind: "new", owner: asks };
  return { kind: "none", because: "elsewhere" };
}

/** The statement alone, as a policy of its own. */
export function documentOf(statement: Statement): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] }, null, 2);
}

/**
 * The document with the change made; `undefined` when it is made already. `current` is what stands there now, `recorded`
 * what stood there when the request was refused: if they are the same, all that isn't changed stays as it was written.
 * Throws `Moved`.
 */
export function changed(current: string, recorded: string, change: Change): string | undefined {
  const document = JSON.parse(current) as Record<string, unknown>;
  const statements = [document.Statement ?? []].flat() as Record<string, unknown>[];
  const { element, added, statement } = change;
  if (element === "Statement") {
    if (statements.some((one) => same(one, statement))) return undefined;
    statements.push({ ...statement });
  } else {
    const mine = statements[change.index ?? 0];
    const before = statementsOf(recorded)[change.index ?? 0];
    if (mine && [mine[element] ?? []].flat().includes(added)) return undefined;
    if (!mine || !same(withoutPrincipal(mine), withoutPrincipal(before))) throw new Moved();
    mine[element] = [mine[element] ?? [], added].flat();
  }
  if (change.splice && current === recorded) return spliced(current, change.splice);
  return JSON.stringify({ ...document, Statement: statements }, null, 2);
}

/** The text with `splice` made; its places are of code points. */
export function spliced(text: string, { start, end, text: put }: Splice): string {
  const letters = Array.from(text);
  return letters.slice(0, start).join("") + put + letters.slice(end).join("");
}

function statementsOf(text: string): Record<string, unknown>[] {
  return [(JSON.parse(text) as Record<string, unknown>).Statement ?? []].flat() as Record<string, unknown>[];
}

/** A stored principal is told by its unique id in the record, and by its ARN elsewhere. */
function withoutPrincipal(statement: Record<string, unknown> | undefined): unknown {
  return statement && { ...statement, Principal: undefined, NotPrincipal: undefined };
}

function same(one: unknown, other: unknown): boolean {
  return sorted(one) === sorted(other);
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, held: unknown) =>
    held !== null && typeof held === "object" && !Array.isArray(held)
      ? Object.fromEntries(Object.entries(held).sort(([one], [other]) => (one < other ? -1 : 1)))
      : held,
  );
}
