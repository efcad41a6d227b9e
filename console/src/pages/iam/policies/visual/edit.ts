/** Changes to the visual editor's blocks. */

import type { Json } from "../../../../parts/copy/call";
import { matcher, type Action } from "./catalogue";
import { EMPTY, type Block, type Permission, type StarOnly, type Visual } from "./model";
import { toVisual } from "./read";

export function replaced(visual: Visual, index: number, block: Block): Visual {
  return { ...visual, blocks: visual.blocks.with(index, block) };
}

export function removed(visual: Visual, index: number): Visual {
  const blocks = visual.blocks.filter((_, at) => at !== index);
  return { ...visual, blocks: blocks.length > 0 ? blocks : [EMPTY] };
}

/** With these actions written out, or without them; a pattern stays as it is. */
export function toggled(block: Permission, actions: readonly Action[], on: boolean): Permission {
  const names = new Set(actions.map(({ name }) => name.toLowerCase()));
  const others = block.actions.filter((one) => !names.has(one.toLowerCase()));
  return { ...block, actions: on ? [...others, ...actions.map(({ name }) => name)] : others };
}

/** With the statement's actions in the block that already covers what it is about, else with one more block. */
export function withStatement(visual: Visual, statement: Json, starOnly: StarOnly): Visual {
  const [wanted] = toVisual(JSON.stringify({ Statement: [statement] }), starOnly)?.blocks ?? [];
  if (!wanted) return visual;
  if (wanted.kind === "permission") {
    const index = visual.blocks.findIndex((block) => covers(block, wanted, starOnly));
    const found = visual.blocks[index];
    if (found?.kind === "permission") {
      return replaced(visual, index, { ...found, actions: [...new Set([...found.actions, ...wanted.actions])] });
    }
  }
  const filled = visual.blocks.filter((block) => block.kind === "opaque" || block.service !== "");
  return { ...visual, blocks: [...filled, wanted] };
}

function covers(block: Block, wanted: Permission, starOnly: StarOnly): boolean {
  if (block.kind === "opaque" || block.service !== wanted.service || block.effect !== wanted.effect) return false;
  if (block.conditions.length > 0 || wanted.conditions.length > 0) return false;
  if (block.resources === "all" || wanted.actions.every(starOnly)) return true;
  const patterns = block.resources.map(matcher);
  return wanted.resources !== "all" && wanted.resources.every((arn) => patterns.some((one) => one.test(arn)));
}
