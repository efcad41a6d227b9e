/** A new version of a policy: what is wrong with the draft, and the calls that make it. */

import type { PolicyVersion } from "@aws-sdk/client-iam";
import type { Problem } from "../../../parts/editor/problem";
import { isJson } from "../../../parts/isJson";
import { edit, policyChanges as words } from "../../../strings/policy";
import { call, type Change } from "../calls";
import { deletingVersion } from "./deletion";

const MOST_VERSIONS = 5;

export interface NewVersion {
  /** JSON text. */
  document: string;
  asDefault: boolean;
  /** The id of the version that makes room. */
  deleteFirst?: string;
}

export function isFull(versions: readonly PolicyVersion[]): boolean {
  return versions.length >= MOST_VERSIONS;
}

interface Faults {
  document?: string;
  room?: string;
}

/** The server judges the document, save where a version would be lost for one that it is sure to refuse. */
export function faultsOf(draft: NewVersion, versions: readonly PolicyVersion[], problems: readonly Problem[]): Faults {
  if (!isFull(versions)) return {};
  const isRefused = !isJson(draft.document) || problems.some(({ severity }) => severity === "error");
  return {
    ...(isRefused && { document: edit.mendFirst }),
    ...(draft.deleteFirst === undefined && { room: edit.chooseOne }),
  };
}

export function changesToSave(arn: string, { document, asDefault, deleteFirst }: NewVersion): Change[] {
  const input = { PolicyArn: arn, PolicyDocument: document, SetAsDefault: asDefault };
  return [
    ...(deleteFirst === undefined ? [] : [deletingVersion(arn, deleteFirst)]),
    { title: words.createVersion, call: call("CreatePolicyVersion", input) },
  ];
}
