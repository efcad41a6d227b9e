/** A repository's tags while they are edited. */

import { ecr } from "../../strings/ecr";

export interface Tag {
  Key: string;
  Value: string;
}

export const MOST_TAGS = 50;

interface Faults {
  key?: string;
  value?: string;
}

/** For each tag what is wrong with it, as AWS's API would say it. */
export function faultsOfTags(tags: readonly Tag[]): Faults[] {
  const words = ecr.tags;
  return tags.map(({ Key: key, Value: value }, index) => {
    const keyFault =
      key === "" ? words.noKey
      : key.length > 128 ? words.longKey
      : key.toLowerCase().startsWith("aws:") ? words.reserved
      : tags.findIndex((tag) => tag.Key === key) !== index ? words.twice
      : undefined;
    return { ...(keyFault && { key: keyFault }), ...(value.length > 256 && { value: words.longValue }) };
  });
}

export function areSound(tags: readonly Tag[]): boolean {
  return tags.length <= MOST_TAGS && faultsOfTags(tags).every(({ key, value }) => !key && !value);
}

/** What TagResource and UntagResource have to be given so that `after` holds. */
export function changedTags(before: readonly Tag[], after: readonly Tag[]): { put: Tag[]; taken: string[] } {
  const old = new Map(before.map(({ Key, Value }) => [Key, Value]));
  const kept = new Set(after.map(({ Key }) => Key));
  return {
    put: after.filter(({ Key, Value }) => old.get(Key) !== Value),
    taken: [...old.keys()].filter((key) => !kept.has(key)),
  };
}
