/** By which statements somebody is allowed, one line for each. */

import { ecr } from "../../../strings/ecr";
import { policyPath, rolePath, userPath } from "../../iam/paths";

/** As POST /api/who gives it. */
export interface Path {
  action: string;
  layer: string;
  policy: string;
  sid: string | null;
  index: number;
}

export interface Allowing {
  /** The kind of policy, its name and the statement. */
  statement: string;
  /** Of a managed policy: two can have one name, AWS's and one's own. */
  page?: string;
  actions: string[];
}

export function allowingOf(paths: readonly Path[]): Allowing[] {
  const found = new Map<string, Allowing>();
  for (const { action, layer, policy, sid, index } of paths) {
    const [, owner, name] = /^arn:[^:]+:iam::([^:]+):policy\/(?:.*\/)?([^/]+)$/.exec(policy) ?? [];
    const kind = owner === "aws" ? ecr.who.managedByAws(name ?? "") : ecr.who.policy(layer, name ?? policy);
    const key = JSON.stringify([layer, policy, sid, index]);
    const allowing = found.get(key) ?? {
      statement: `${kind}, ${ecr.who.statement(sid, index)}`,
      ...(name !== undefined && { page: policyPath(policy) }),
      actions: [],
    };
    if (!allowing.actions.includes(action)) allowing.actions.push(action);
    found.set(key, allowing);
  }
  return [...found.values()];
}

/** The page of a role or user; undefined for another principal. */
export function pageOf(principal: string): string | undefined {
  const [, kind, path] = /^arn:[^:]+:iam::\d+:(role|user)\/(.+)$/.exec(principal) ?? [];
  const name = path?.split("/").at(-1);
  if (!kind || !name) return undefined;
  return kind === "role" ? rolePath(name) : userPath(name);
}
