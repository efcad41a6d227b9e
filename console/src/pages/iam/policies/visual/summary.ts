/** What a policy allows in a line for each block, as the review shows it. */

import { LEVELS, taken, type Level, type Service } from "./catalogue";
import type { Permission } from "./model";

export interface Levels {
  /** Levels all of whose actions are taken in. */
  full: Level[];
  limited: Level[];
  everything: boolean;
}

export function levelsOf(block: Permission, service: Service | undefined): Levels {
  if (!service) return { full: [], limited: [], everything: block.actions.includes(`${block.service}:*`) };
  const names = new Set(block.actions.flatMap((one) => taken(one, service)).map(({ name }) => name));
  const found: Levels = { full: [], limited: [], everything: names.size > 0 && names.size === service.actions.length };
  for (const level of LEVELS) {
    const all = service.actions.filter((action) => action.level === level);
    const some = all.filter(({ name }) => names.has(name));
    if (some.length > 0) (some.length === all.length ? found.full : found.limited).push(level);
  }
  return found;
}
