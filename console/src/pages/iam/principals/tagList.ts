/** Tags as they are edited: what is wrong with them, and what has changed. */

import type { Tag } from "@aws-sdk/client-iam";
import { tags as words } from "../../../strings/principals";

export const MOST_TAGS = 50;

/** For each tag its fault, undefined where there is none. Keys are told apart without regard to case, as in IAM. */
export function tagFaults(tags: readonly Tag[]): (string | undefined)[] {
  const keys = tags.map(({ Key: key = "" }) => key.toLowerCase());
  return keys.map((key, index) => {
    if (!key) return words.missingKey;
    return keys.indexOf(key) < index ? words.twice : undefined;
  });
}

/** What has to be set and which keys have to go to come from `before` to `after`. */
export function tagChanges(before: readonly Tag[], after: readonly Tag[]): { set: Tag[]; gone: string[] } {
  const value = (tags: readonly Tag[], key: string | undefined) => tags.find((tag) => tag.Key === key)?.Value;
  return {
    set: after.filter(({ Key: key, Value: now = "" }) => value(before, key) !== now),
    gone: before.flatMap(({ Key: key = "" }) => (value(after, key) === undefined ? [key] : [])),
  };
}
