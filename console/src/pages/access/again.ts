/** Decides a recorded request again by the policies of now: iam:SimulatePrincipalPolicy, as any client can ask it. */

import { SimulatePrincipalPolicyCommand, type ContextEntry } from "@aws-sdk/client-iam";
import { iam } from "../../session/sdk";
import { accountOf, current } from "../../session/session";
import { asking, repositoryOf, type Owner } from "./change";
import { registryPolicy, repositoryPolicy, trustPolicy } from "./mend";
import type { Decision, Verdict } from "./types";

const VERDICTS: Readonly<Record<string, Verdict>> = {
  allowed: "Allowed",
  explicitDeny: "ExplicitlyDenied",
  implicitDeny: "ImplicitlyDenied",
};

/** Whether it can be decided again: root and callers from elsewhere can't be simulated. */
export function canDecideAgain(decision: Decision): boolean {
  return asking(decision) !== undefined && decision.action.includes(":");
}

/** A session's own policies don't count in it: who simulates can't know them. */
export async function decidedAgain(decision: Decision): Promise<Verdict> {
  const owner = asking(decision) as Owner;
  const policy = await resourcePolicy(decision);
  const answer = await iam().send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: owner.arn,
      ActionNames: [decision.action],
      ResourceArns: [decision.resource],
      ContextEntries: entries(decision.context),
      ...(policy !== undefined && { ResourcePolicy: policy }),
    }),
  );
  return VERDICTS[answer.EvaluationResults?.[0]?.EvalDecision ?? ""] ?? "ImplicitlyDenied";
}

export function entries(context: Decision["context"]): ContextEntry[] {
  return Object.entries(context).flatMap(([ContextKeyName, held]) => {
    if (held.length === 0) return [];
    const isList = Array.isArray(held);
    return [{ ContextKeyName, ContextKeyType: isList ? "stringList" : "string", ContextKeyValues: isList ? held : [held] }];
  });
}

async function resourcePolicy({ action, resource }: Decision): Promise<string | undefined> {
  const role = /^arn:[^:]*:iam::\d*:role\/(?:.*\/)?([^/]+)$/.exec(resource)?.[1];
  if (role && action.startsWith("sts:")) return trustPolicy(role);
  const repository = repositoryOf(resource);
  if (!repository) return undefined;
  // ECR shows nobody the policy of another account's registry.
  const isOwn = repository.registry === accountOf(current());
  const policies = await Promise.all([repositoryPolicy(repository), isOwn ? registryPolicy(repository.region) : undefined]);
  const statements = policies.flatMap((text) =>
    text === undefined ? [] : [(JSON.parse(text) as { Statement: unknown }).Statement].flat(),
  );
  return statements.length > 0 ? JSON.stringify({ Version: "2012-10-17", Statement: statements }) : undefined;
}
