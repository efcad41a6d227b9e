/** What a role or a user holds, as IAM lists it. */

import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  paginateListAttachedRolePolicies,
  paginateListAttachedUserPolicies,
  paginateListPolicies,
  paginateListRolePolicies,
  paginateListUserPolicies,
  type AttachedPolicy,
} from "@aws-sdk/client-iam";
import { iam } from "../../../session/sdk";
import type { PolicyRef, Principal } from "./principal";

export interface Inline {
  name: string;
  /** JSON text. */
  document: string;
}

/** A managed policy that is attached, or an inline policy. */
export interface Held extends PolicyRef {
  inline?: Inline;
}

export async function heldBy(of: Principal): Promise<Held[]> {
  const [attached, inline] = await Promise.all([attachedTo(of), inlineOf(of)]);
  // An inline policy has no ARN: a name with a prefix that no ARN has identifies its row.
  return [...attached, ...inline.map((policy) => ({ arn: `inline/${policy.name}`, name: policy.name, inline: policy }))];
}

export async function attachedTo({ kind, name }: Principal): Promise<PolicyRef[]> {
  const pages =
    kind === "role"
      ? paginateListAttachedRolePolicies({ client: iam() }, { RoleName: name })
      : paginateListAttachedUserPolicies({ client: iam() }, { UserName: name });
  const found: PolicyRef[] = [];
  for await (const page of pages) found.push(...(page.AttachedPolicies ?? []).map(referred));
  return found;
}

export async function inlineOf(principal: Principal): Promise<Inline[]> {
  const names = await inlineNames(principal);
  return Promise.all(names.map(async (name) => ({ name, document: await inlineDocument(principal, name) })));
}

export async function inlineNames({ kind, name }: Principal): Promise<string[]> {
  const pages =
    kind === "role"
      ? paginateListRolePolicies({ client: iam() }, { RoleName: name })
      : paginateListUserPolicies({ client: iam() }, { UserName: name });
  const names: string[] = [];
  for await (const page of pages) names.push(...(page.PolicyNames ?? []));
  return names;
}

/** Every managed policy, the account's own and AWS's. */
export async function managedPolicies(): Promise<PolicyRef[]> {
  const found: PolicyRef[] = [];
  for await (const page of paginateListPolicies({ client: iam() }, { Scope: "All" })) {
    found.push(...(page.Policies ?? []).map(({ Arn: arn = "", PolicyName: name = "" }) => ({ arn, name })));
  }
  return found;
}

/** The default version's JSON text. */
export async function managedDocument(arn: string): Promise<string> {
  const { Policy: policy } = await iam().send(new GetPolicyCommand({ PolicyArn: arn }));
  const version = policy?.DefaultVersionId;
  const got = await iam().send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: version }));
  return decoded(got.PolicyVersion?.Document);
}

/** IAM answers documents URL-encoded. */
export function decoded(document = ""): string {
  return decodeURIComponent(document);
}

/** JSON text. */
export async function inlineDocument({ kind, name }: Principal, policy: string): Promise<string> {
  const { PolicyDocument: document } =
    kind === "role"
      ? await iam().send(new GetRolePolicyCommand({ RoleName: name, PolicyName: policy }))
      : await iam().send(new GetUserPolicyCommand({ UserName: name, PolicyName: policy }));
  return decoded(document);
}

function referred({ PolicyArn: arn = "", PolicyName: name = "" }: AttachedPolicy): PolicyRef {
  return { arn, name };
}
