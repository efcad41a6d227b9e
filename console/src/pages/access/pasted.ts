/** What a pasted error tells where it has neither an id nor AWS's sentence: podman and skopeo keep some to themselves. */

export interface Guess {
  action?: string;
  repository?: string;
}

const STEPS: readonly (readonly [RegExp, string])[] = [
  [/fetching blob|reading blob/i, "ecr:GetDownloadUrlForLayer"],
  [/trying to reuse blob|checking whether a blob/i, "ecr:BatchCheckLayerAvailability"],
  [/initiating layer upload/i, "ecr:InitiateLayerUpload"],
  [/fetching tags list|reading tags/i, "ecr:ListImages"],
  [/reading manifest|fetching manifest|image configuration/i, "ecr:BatchGetImage"],
];
const IMAGE = /docker:\/\/[^/\s"]+\/([a-z0-9._/-]+?)(?=[:@\s"]|$)|in repository ([a-z0-9._/-]+)|\/v2\/([a-z0-9._/-]+?)\/(?:blobs|manifests|tags)\//;

export function guessed(text: string): Guess {
  const action = STEPS.find(([pattern]) => pattern.test(text))?.[1];
  const found = IMAGE.exec(text);
  const repository = found?.[1] ?? found?.[2] ?? found?.[3];
  return { ...(action && { action }), ...(repository && { repository }) };
}

/** Whether the server can find the refusal by this text alone (policy/explain/pasted.py). */
export function names(text: string): boolean {
  return /\b[a-z0-9]{25}\b/.test(text) || /User: \S+ is not authorized to perform: \S+ on resource: \S+/.test(text);
}
