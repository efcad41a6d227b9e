/** The addresses of the pages of one role, user, instance profile or policy. */

export function rolePath(name: string): string {
  return `/iam/roles/${encodeURIComponent(name)}`;
}

export function userPath(name: string): string {
  return `/iam/users/${encodeURIComponent(name)}`;
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
