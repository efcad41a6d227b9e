/** Roles and users have the same operations under two names: this is where the names are told apart. */

import type { AttachedPermissionsBoundary, Tag } from "@aws-sdk/client-iam";
import { call, type Call } from "../calls";

export interface Principal {
  kind: "role" | "user";
  name: string;
}

/** What a policy is to a form: its ARN and its name. */
export interface PolicyRef {
  arn: string;
  name: string;
}

export function isAwsManaged({ arn }: PolicyRef): boolean {
  return arn.startsWith("arn:aws:iam::aws:");
}

/** The boundary of a role or a user as IAM describes them. */
export function boundaryOf(described: { PermissionsBoundary?: AttachedPermissionsBoundary | undefined }): PolicyRef | undefined {
  const arn = described.PermissionsBoundary?.PermissionsBoundaryArn;
  return arn === undefined ? undefined : { arn, name: nameOf(arn) };
}

/** The name at the end of a policy's ARN. */
export function nameOf(arn: string): string {
  return arn.split("/").at(-1) ?? arn;
}

/** AWS's pattern for the name of a policy. */
export function isPolicyName(name: string): boolean {
  return /^[\w+=,.@-]{1,128}$/.test(name);
}

export function attach({ kind, name }: Principal, arn: string): Call {
  return kind === "role"
    ? call("AttachRolePolicy", { RoleName: name, PolicyArn: arn })
    : call("AttachUserPolicy", { UserName: name, PolicyArn: arn });
}

export function detach({ kind, name }: Principal, arn: string): Call {
  return kind === "role"
    ? call("DetachRolePolicy", { RoleName: name, PolicyArn: arn })
    : call("DetachUserPolicy", { UserName: name, PolicyArn: arn });
}

export function putInline({ kind, name }: Principal, policy: string, document: string): Call {
  return kind === "role"
    ? call("PutRolePolicy", { RoleName: name, PolicyName: policy, PolicyDocument: document })
    : call("PutUserPolicy", { UserName: name, PolicyName: policy, PolicyDocument: document });
}

export function deleteInline({ kind, name }: Principal, policy: string): Call {
  return kind === "role"
    ? call("DeleteRolePolicy", { RoleName: name, PolicyName: policy })
    : call("DeleteUserPolicy", { UserName: name, PolicyName: policy });
}

/** `arn` undefined takes the boundary away. */
export function setBoundary({ kind, name }: Principal, arn: string | undefined): Call {
  if (kind === "role") {
    return arn === undefined
      ? call("DeleteRolePermissionsBoundary", { RoleName: name })
      : call("PutRolePermissionsBoundary", { RoleName: name, PermissionsBoundary: arn });
  }
  return arn === undefined
    ? call("DeleteUserPermissionsBoundary", { UserName: name })
    : call("PutUserPermissionsBoundary", { UserName: name, PermissionsBoundary: arn });
}

export function tag({ kind, name }: Tagged, tags: Tag[]): Call {
  if (kind === "role") return call("TagRole", { RoleName: name, Tags: tags });
  if (kind === "user") return call("TagUser", { UserName: name, Tags: tags });
  if (kind === "policy") return call("TagPolicy", { PolicyArn: name, Tags: tags });
  return call("TagInstanceProfile", { InstanceProfileName: name, Tags: tags });
}

export function untag({ kind, name }: Tagged, keys: string[]): Call {
  if (kind === "role") return call("UntagRole", { RoleName: name, TagKeys: keys });
  if (kind === "user") return call("UntagUser", { UserName: name, TagKeys: keys });
  if (kind === "policy") return call("UntagPolicy", { PolicyArn: name, TagKeys: keys });
  return call("UntagInstanceProfile", { InstanceProfileName: name, TagKeys: keys });
}

export interface Tagged {
  kind: "role" | "user" | "instance-profile" | "policy";
  /** A policy's ARN. */
  name: string;
}
