/** Tags as they are edited: what is wrong with them, and what has changed. */

import type { Tag } from "@aws-sdk/client-iam";
import { tagFields as words } from "../strings/tags";

export type { Tag };

/** Where the services differ: to IAM Team and team are one key, to ECR they are two. */
export type Service = "iam" | "ecr";

export interface TagFault {
  key?: string;
  value?: string;
}

export const MOST_TAGS = 50;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;

/** For each tag its faults, undefined where there is none. */
export function tagFaults(tags: readonly Tag[], service: Service = "iam"): (TagFault | undefined)[] {
  const told = ({ Key: key = "" }: Tag) => (service === "iam" ? key.toLowerCase() : key);
  const keys = tags.map(told);
  return tags.map(({ Key: written = "", Value: value = "" }, index) => {
    const key = faultOfKey(written, keys.indexOf(told({ Key: written, Value: value })) < index);
    const longValue = value.length > LONGEST_VALUE;
    return key || longValue ? { ...(key && { key }), ...(longValue && { value: words.longValue }) } : undefined;
  });
}

function faultOfKey(key: string, isThere: boolean): string | undefined {
  if (key === "") return words.missingKey;
  if (key.length > LONGEST_KEY) return words.longKey;
  if (key.toLowerCase().startsWith("aws:")) return words.reserved;
  return isThere ? words.twice : undefined;
}

export function areSound(tags: readonly Tag[], service: Service = "iam"): boolean {
  return tags.length <= MOST_TAGS && tagFaults(tags, service).every((fault) => fault === undefined);
}

/** What has to be set and which keys have to go to come from `before` to `after`. */
export function tagChanges(before: readonly Tag[], after: readonly Tag[]): { set: Tag[]; gone: string[] } {
  const value = (tags: readonly Tag[], key: string | undefined) => tags.find((tag) => tag.Key === key)?.Value;
  return {
    set: after.filter(({ Key: key, Value: now = "" }) => value(before, key) !== now),
    gone: before.flatMap(({ Key: key = "" }) => (value(after, key) === undefined ? [key] : [])),
  };
}

export function isChanged(before: readonly Tag[], after: readonly Tag[]): boolean {
  const { set, gone } = tagChanges(before, after);
  return set.length + gone.length > 0;
}
