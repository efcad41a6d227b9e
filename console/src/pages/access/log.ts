/** Decisions by the command that caused them: what one client asks about one repository in one go. */

import type { Decision } from "./types";

/** Seconds of silence after which the same client begins another command. */
const PAUSE = 30;
const PUSH = ["BatchCheckLayerAvailability", "InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload", "PutImage"];
const PULL = ["BatchGetImage", "GetDownloadUrlForLayer"];
const SDK = /^(aws-cli|aws-sdk|boto|mozilla)/i;
/** Whoever looks at the log would else see nothing but himself looking. */
const LOOKING = "dockreeve:ListDecisions";

export type Verb = "login" | "push" | "pull" | "delete" | "list";

export interface Command {
  key: string;
  at: string;
  principal: string;
  resource: string;
  /** Which docker command it was; undefined for calls of AWS's APIs, told by their actions. */
  verb: Verb | undefined;
  actions: string[];
  client: string;
  /** Newest first. */
  requests: Decision[];
  refused: Decision[];
}

/** The newest command first; `decisions` newest first. */
export function commandsOf(decisions: readonly Decision[]): Command[] {
  const open = new Map<string, Decision[]>();
  const groups: Decision[][] = [];
  for (const decision of decisions) {
    const known = open.get(decision.group);
    const later = known?.at(-1);
    if (known && later && Date.parse(later.at) - Date.parse(decision.at) <= PAUSE * 1000) {
      known.push(decision);
      continue;
    }
    const begun = [decision];
    open.set(decision.group, begun);
    groups.push(begun);
  }
  return groups.map(described);
}

/** What the page holds, newest first, without gaps. */
export interface Held {
  decisions: readonly Decision[];
  /** What /api/decisions is asked for to go on behind the last one; undefined at the log's end. */
  older: { next: string } | { until: string } | undefined;
  /** How many it may hold before the oldest give way: older ones that were asked for make room for themselves. */
  room: number;
}

export interface DecisionPage {
  decisions: readonly Decision[];
  next: string | null;
}

export const EMPTY: Held = { decisions: [], older: undefined, room: 1000 };

/** The newest page: joined to what is held where the two meet, else in its place. */
export function begun(held: Held, { decisions, next }: DecisionPage): Held {
  const known = new Set(held.decisions.map(keyOf));
  const isJoined = decisions.some((each) => known.has(keyOf(each)));
  return isJoined ? withNews(held, decisions) : withOlder(EMPTY, { decisions, next });
}

export function withNews(held: Held, news: readonly Decision[]): Held {
  const all = merged(news, held.decisions);
  const decisions = all.slice(0, held.room);
  const last = decisions.at(-1);
  return { ...held, decisions, ...(last && all.length > held.room && { older: { until: last.at } }) };
}

export function withOlder(held: Held, { decisions, next }: DecisionPage): Held {
  const all = merged(held.decisions, decisions);
  return {
    decisions: all,
    older: next === null ? undefined : { next },
    room: held.room + (held.decisions.length > 0 ? decisions.length : 0),
  };
}

/** Both lists, newest first, each decision once. */
function merged(newer: readonly Decision[], older: readonly Decision[]): Decision[] {
  const all = new Map([...newer, ...older].map((each) => [keyOf(each), each]));
  return [...all.values()].filter((each) => !isLooking(each));
}

export function keyOf(decision: Decision): string {
  return [decision.id, decision.at, decision.principal, decision.action, decision.resource].join(" ");
}

/** The repository's name; empty for anything else. */
export function repositoryOf(resource: string): string {
  return /^arn:[^:]*:ecr:[^:]*:\d*:repository\/(.+)$/.exec(resource)?.[1] ?? "";
}

/** A user or role by its name, a session by its role's and its own. */
export function nameOf(arn: string): string {
  const [kind = "", ...rest] = (arn.split(":")[5] ?? "").split("/");
  return kind === "assumed-role" ? rest.join("/") : (rest.at(-1) ?? kind);
}

function isLooking(decision: Decision): boolean {
  return decision.action === LOOKING && decision.verdict === "Allowed";
}

function described(requests: Decision[]): Command {
  const [newest] = requests as [Decision];
  const first = requests.at(-1) ?? newest;
  const actions = [...new Set(requests.map(({ action }) => action))].reverse();
  const agent = newest.context["aws:useragent"];
  const client = typeof agent === "string" ? agent : "";
  return {
    key: `command ${keyOf(first)}`,
    at: newest.at,
    principal: newest.principal,
    resource: newest.resource,
    verb: isLogin(actions) ? "login" : client === "" || SDK.test(client) ? undefined : verbOf(actions),
    actions,
    client: (client.split(/[\s(]/)[0] ?? "").slice(0, 40),
    requests,
    refused: requests.filter(({ verdict }) => verdict !== "Allowed"),
  };
}

function verbOf(actions: readonly string[]): Verb | undefined {
  const names = actions.map((action) => (action.startsWith("ecr:") ? action.slice(4) : ""));
  if (names.some((name) => PUSH.includes(name))) return "push";
  if (names.some((name) => PULL.includes(name))) return names.includes("BatchDeleteImage") ? "delete" : "pull";
  if (names.includes("BatchDeleteImage")) return "delete";
  return names.includes("ListImages") ? "list" : undefined;
}

/** The password of `docker login` is asked for by an SDK; the login itself needs no decision. */
function isLogin(actions: readonly string[]): boolean {
  return actions.every((action) => action === "ecr:GetAuthorizationToken");
}
