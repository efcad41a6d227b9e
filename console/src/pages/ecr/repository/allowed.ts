/** By which statements somebody is allowed, one line for each. */

import { ecr } from "../../../strings/ecr";

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
  actions: string[];
}

export function allowingOf(paths: readonly Path[]): Allowing[] {
  const found = new Map<string, string[]>();
  for (const { action, layer, policy, sid, index } of paths) {
    const statement = `${ecr.who.policy(layer, nameOf(policy))}, ${ecr.who.statement(sid, index)}`;
    found.set(statement, [...(found.get(statement) ?? []), action]);
  }
  return [...found].map(([statement, actions]) => ({ statement, actions: [...new Set(actions)] }));
}

/** Of a managed policy, that is told by its ARN, the name alone. */
function nameOf(policy: string): string {
  return /^arn:[^:]+:iam::[^:]+:policy\/(?:.*\/)?([^/]+)$/.exec(policy)?.[1] ?? policy;
}

/** The page of a role or user; undefined for another principal. */
export function pageOf(principal: string): string | undefined {
  const [, kind, path] = /^arn:[^:]+:iam::\d+:(role|user)\/(.+)$/.exec(principal) ?? [];
  const name = path?.split("/").at(-1);
  return kind && name ? `/iam/${kind}s/${encodeURIComponent(name)}` : undefined;
}
