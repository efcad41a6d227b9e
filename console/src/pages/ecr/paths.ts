/** Addresses of the ECR pages. A repository's name can have slashes, so it is one encoded part. */

export const REPOSITORIES = "/ecr/repositories";
export const CREATE = "/ecr/create-repository";

export type Tab = "images" | "permissions" | "tags" | "settings" | "who";

export function repositoryPath(name: string, tab?: Tab): string {
  return `${REPOSITORIES}/${encodeURIComponent(name)}${tab ? `?tab=${tab}` : ""}`;
}

export function imagePath(name: string, digest: string): string {
  return `${REPOSITORIES}/${encodeURIComponent(name)}/images/${digest}`;
}
