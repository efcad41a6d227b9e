/** Decisions by the command that caused them: what one client asks about one repository in one go. */

import type { Decision } from "./types";

/** Seconds of silence after which the same client begins another command. */
const PAUSE = 30;
const MOST = 1000;
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

/** Both lists, newest first, each decision once, and no more than the page can hold. */
export function merged(news: readonly Decision[], known: readonly Decision[]): Decision[] {
  const all = new Map([...news, ...known].map((each) => [keyOf(each), each]));
  return [...all.values()].filter((each) => !isLooking(each)).slice(0, MOST);
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
