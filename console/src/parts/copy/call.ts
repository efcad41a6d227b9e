/** The calls behind a form, as the SDK is given them, and what the formats have in common. */

export interface Call {
  service: "iam" | "ecr";
  /** In the model's spelling: CreatePolicy. */
  operation: string;
  /** What the SDK's command takes; undefined members are left out. */
  input: object;
}

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
export type Members = Record<string, Json>;

export function membersOf(call: Call): Members {
  // Through JSON: undefined members go, and what isn't JSON can't be among what our forms send.
  return JSON.parse(JSON.stringify(call.input)) as Members;
}

/** A name of the models in words: `GetOpenIDConnectProvider` is `get-open-id-connect-provider`, as botocore has it. */
export function spaced(name: string, between: "-" | "_"): string {
  return name
    .replace(/(.)([A-Z][a-z]+)/g, `$1${between}$2`)
    .replace(/([a-z0-9])([A-Z])/g, `$1${between}$2`)
    .toLowerCase();
}

/** A policy's text as JSON; the text itself where it is none. */
export function documentOf(text: Json | undefined): Json {
  if (typeof text !== "string") return text ?? null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** `wanted`, or with a number behind it where that is taken. */
export function fresh(wanted: string, taken: ReadonlySet<string>): string {
  for (let count = 1; ; count += 1) {
    const id = count === 1 ? wanted : `${wanted}${count}`;
    if (!taken.has(id)) return id;
  }
}

export function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

/** Whether the ARN is that of a policy with this name, in whatever account and path. */
export function isPolicyArn(arn: string, policyName: string): boolean {
  return arn.startsWith("arn:") && arn.includes(":policy/") && arn.endsWith(`/${policyName}`);
}
