/** The four settings of a repository's tags, as two choices: may tags move, and for which is it the other way round. */

import type { ImageTagMutability, ImageTagMutabilityExclusionFilter, Repository } from "@aws-sdk/client-ecr";
import { ecr } from "../../strings/ecr";

export interface Mutability {
  base: "MUTABLE" | "IMMUTABLE";
  /** As it is typed: filters separated by commas. */
  exclusions: string;
}

interface Setting {
  imageTagMutability: ImageTagMutability;
  imageTagMutabilityExclusionFilters?: ImageTagMutabilityExclusionFilter[];
}

const MOST = 5;

export function mutabilityOf(setting: Pick<Repository, keyof Setting>): Mutability {
  const base = setting.imageTagMutability?.startsWith("IMMUTABLE") ? "IMMUTABLE" : "MUTABLE";
  const filters = setting.imageTagMutabilityExclusionFilters ?? [];
  return { base, exclusions: filters.map(({ filter }) => filter).join(", ") };
}

/** The parameters that CreateRepository and PutImageTagMutability take. */
export function settingOf({ base, exclusions }: Mutability): Setting {
  const filters = filtersOf(exclusions);
  if (filters.length === 0) return { imageTagMutability: base };
  return {
    imageTagMutability: `${base}_WITH_EXCLUSION`,
    imageTagMutabilityExclusionFilters: filters.map((filter) => ({ filterType: "WILDCARD", filter })),
  };
}

/** A sentence about what is wrong with the filters; undefined when nothing is. */
export function faultOfExclusions(exclusions: string): string | undefined {
  const words = ecr.mutability;
  const filters = filtersOf(exclusions);
  if (filters.length > MOST) return words.tooMany;
  for (const filter of filters) {
    if (filter.length > 128) return words.tooLong;
    if (!/^[0-9a-zA-Z._*-]+$/.test(filter)) return words.badLetter(filter);
    if (filter.split("*").length > 3) return words.tooWild(filter);
  }
  return undefined;
}

function filtersOf(exclusions: string): string[] {
  return [...new Set(exclusions.split(",").map((filter) => filter.trim()))].filter(Boolean);
}
