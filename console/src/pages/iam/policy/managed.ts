/** A managed policy as IAM describes it: itself, its versions, and who has it. */

import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  paginateListEntitiesForPolicy,
  paginateListPolicyVersions,
  paginateListUsers,
  type Policy,
  type PolicyVersion,
} from "@aws-sdk/client-iam";
import { iam } from "../../../session/sdk";
import { decoded } from "../principals/held";
import { allRoles } from "../roles/allRoles";
import type { Entity } from "./entity";

export async function policyAt(arn: string): Promise<Policy | undefined> {
  return (await iam().send(new GetPolicyCommand({ PolicyArn: arn }))).Policy;
}

/** The newest first, as IAM lists them. */
export async function versionsOf(arn: string): Promise<PolicyVersion[]> {
  const found: PolicyVersion[] = [];
  for await (const page of paginateListPolicyVersions({ client: iam() }, { PolicyArn: arn })) {
    found.push(...(page.Versions ?? []));
  }
  return found;
}

/** JSON text. */
export async function documentOf(arn: string, version: string): Promise<string> {
  const got = await iam().send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: version }));
  return decoded(got.PolicyVersion?.Document);
}

/** One entity twice where it has the policy in both ways. */
export async function entitiesOf(arn: string): Promise<Entity[]> {
  const [attached, bounded] = await Promise.all([
    entitiesBy(arn, "PermissionsPolicy"),
    entitiesBy(arn, "PermissionsBoundary"),
  ]);
  return [...attached, ...bounded];
}

async function entitiesBy(arn: string, filter: "PermissionsPolicy" | "PermissionsBoundary"): Promise<Entity[]> {
  const usage = filter === "PermissionsPolicy" ? "permissions" : "boundary";
  const found: Entity[] = [];
  const wanted = { PolicyArn: arn, PolicyUsageFilter: filter };
  for await (const page of paginateListEntitiesForPolicy({ client: iam() }, wanted)) {
    for (const { RoleName: name = "" } of page.PolicyRoles ?? []) found.push({ kind: "role", name, usage });
    for (const { UserName: name = "" } of page.PolicyUsers ?? []) found.push({ kind: "user", name, usage });
  }
  return found;
}

export interface Everybody {
  roles: string[];
  users: string[];
}

export async function everybody(): Promise<Everybody> {
  const [roles, users] = await Promise.all([allRoles(), allUserNames()]);
  return { roles: roles.map(({ RoleName: name = "" }) => name), users };
}

async function allUserNames(): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateListUsers({ client: iam() }, {})) {
    names.push(...(page.Users ?? []).map(({ UserName: name = "" }) => name));
  }
  return names;
}
