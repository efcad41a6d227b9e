/** A policy while it is written: its text, and in visual mode its blocks, of which the text is made. */

import { useState } from "react";
import type { Json } from "../../../parts/copy/call";
import { differs } from "../../../parts/unsaved";
import { starOnlyOf, type Service } from "./visual/catalogue";
import { withStatement } from "./visual/edit";
import { EMPTY, NEW, type StarOnly, type Visual } from "./visual/model";
import { servicesIn, toVisual } from "./visual/read";
import { knownServices } from "./visual/services";
import { gapOf, toText } from "./visual/write";

export type Trouble = "document" | { error: unknown };

export interface Draft {
  text: string;
  /** Undefined in JSON mode. */
  visual: Visual | undefined;
  services: ReadonlyMap<string, Service>;
  starOnly: StarOnly;
  /** Why what was asked for can't be done: the document can't be shown in blocks, or what the server said. */
  trouble: Trouble | undefined;
  setText: (text: string) => void;
  setVisual: (visual: Visual) => void;
  showVisual: () => Promise<void>;
  showJson: () => void;
  /** Adds the actions of a service to what is known. */
  load: (prefix: string) => Promise<void>;
  add: (statements: readonly Json[]) => Promise<void>;
  /** Whether a block still misses something. */
  isUnfinished: boolean;
  /** Whether something was entered that is not in the document it began with. */
  isChanged: boolean;
  /** Whether no block says anything yet. */
  isEmpty: boolean;
}

/** Starts with the visual editor for a new policy, with JSON for `initial`. */
export function useDraft(initial?: string): Draft {
  const [first] = useState(initial ?? toText(NEW, () => false));
  const [text, setText] = useState(first);
  const [visual, setVisual] = useState(initial === undefined ? NEW : undefined);
  const [services, setServices] = useState<ReadonlyMap<string, Service>>(new Map());
  const [trouble, setTrouble] = useState<Trouble>();
  const starOnly = starOnlyOf(services.values());

  async function known(prefixes: readonly string[]): Promise<ReadonlyMap<string, Service>> {
    const next = new Map([...services, ...(await knownServices(prefixes))]);
    setServices(next);
    return next;
  }

  async function guarded(change: () => Promise<void>): Promise<void> {
    setTrouble(undefined);
    try {
      await change();
    } catch (error) {
      setTrouble({ error });
    }
  }

  const write = (next: Visual, isStarOnly: StarOnly) => {
    setVisual(next);
    setText(toText(next, isStarOnly));
  };

  const gaps = (visual?.blocks ?? []).map((block) => (block.kind === "permission" ? gapOf(block, starOnly) : undefined));
  return {
    text,
    visual,
    services,
    starOnly,
    trouble,
    setText,
    setVisual: (next) => write(next, starOnly),
    showJson: () => {
      setVisual(undefined);
      setTrouble(undefined);
    },
    showVisual: () =>
      guarded(async () => {
        const found = toVisual(text, starOnlyOf((await known(servicesIn(text))).values()));
        if (!found) setTrouble("document");
        else setVisual(found.blocks.length > 0 ? found : { ...found, blocks: [EMPTY] });
      }),
    load: (prefix) =>
      guarded(async () => {
        await known([prefix]);
      }),
    add: (statements) =>
      guarded(async () => {
        const more = servicesIn(JSON.stringify({ Statement: statements }));
        const isStarOnly = starOnlyOf((await known([...servicesIn(text), ...more])).values());
        const base = visual ?? toVisual(text, isStarOnly);
        if (!base) {
          setTrouble("document");
          return;
        }
        const next = statements.reduce<Visual>((before, one) => withStatement(before, one, isStarOnly), base);
        if (visual) write(next, isStarOnly);
        else setText(toText(next, isStarOnly));
      }),
    isChanged: text !== first || (initial === undefined && visual !== undefined && differs(visual, NEW)),
    isUnfinished: gaps.some((gap) => gap !== undefined),
    isEmpty: gaps.length > 0 && gaps.every((gap) => gap !== undefined),
  };
}
