/** The addresses of the pages of one role, user, instance profile or policy. */

import { partOf } from "../../shell/named";

export function rolePath(name: string): string {
  return `/iam/roles/${partOf(name)}`;
}

export function userPath(name: string): string {
  return `/iam/users/${partOf(name)}`;
}

export function profilePath(name: string): string {
  return `/iam/instance-profiles/${encodeURIComponent(name)}`;
}

export function policyPath(arn: string): string {
  return `/iam/policies/${encodeURIComponent(arn)}`;
}

export const createPolicyPath = "/iam/policies/create";

export function editPolicyPath(arn: string): string {
  return `${policyPath(arn)}/edit`;
}
