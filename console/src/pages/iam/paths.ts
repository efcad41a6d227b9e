/** The addresses of the pages of one role, user or instance profile. */

export function rolePath(name: string): string {
  return `/iam/roles/${encodeURIComponent(name)}`;
}

export function userPath(name: string): string {
  return `/iam/users/${encodeURIComponent(name)}`;
}

export function profilePath(name: string): string {
  return `/iam/instance-profiles/${encodeURIComponent(name)}`;
}
