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

/** Of the two editors: a text alone is JSON mode, blocks alone were edited, and both are a text that was only looked at. */
interface Written {
  text?: string;
  visual?: Visual;
}

/** Starts with the visual editor for a new policy, with JSON for `initial`. */
export function useDraft(initial?: string): Draft {
  const [written, setWritten] = useState<Written>(initial === undefined ? { visual: NEW } : { text: initial });
  const [services, setServices] = useState<ReadonlyMap<string, Service>>(new Map());
  const [trouble, setTrouble] = useState<Trouble>();
  const starOnly = starOnlyOf(services.values());
  const { visual } = written;
  const text = textOf(written, starOnly);

  /** With what is known by then; it goes wrong in `trouble`. */
  async function withServices(prefixes: readonly string[], change: (isStarOnly: StarOnly) => void): Promise<void> {
    setTrouble(undefined);
    try {
      const more = await knownServices(prefixes);
      setServices((before) => new Map([...before, ...more]));
      change(starOnlyOf(new Map([...services, ...more]).values()));
    } catch (error) {
      setTrouble({ error });
    }
  }

  /** Not when somebody went on writing meanwhile. */
  const replace = (next: Written) => setWritten((now) => (now.text === written.text && now.visual === visual ? next : now));

  const gaps = (visual?.blocks ?? []).map((block) => (block.kind === "permission" ? gapOf(block, starOnly) : undefined));
  return {
    text,
    visual,
    services,
    starOnly,
    trouble,
    // The JSON editor tells of its last changes a moment later: by then blocks may have been edited.
    setText: (next) => setWritten((now) => (now.visual && now.text === undefined ? now : { text: next })),
    setVisual: (next) => setWritten({ visual: next }),
    showJson: () => {
      setWritten({ text });
      setTrouble(undefined);
    },
    showVisual: () =>
      withServices(servicesIn(text), (isStarOnly) => {
        const found = toVisual(text, isStarOnly);
        if (found) replace({ text, visual: found.blocks.length > 0 ? found : { ...found, blocks: [EMPTY] } });
        else setTrouble("document");
      }),
    load: (prefix) => withServices([prefix], () => undefined),
    add: (statements) =>
      withServices(servicesIn(text).concat(servicesIn(JSON.stringify({ Statement: statements }))), (isStarOnly) => {
        const base = visual ?? toVisual(text, isStarOnly);
        const next = base && statements.reduce<Visual>((before, one) => withStatement(before, one, isStarOnly), base);
        if (next) replace(visual ? { visual: next } : { text: toText(next, isStarOnly) });
        else setTrouble("document");
      }),
    isChanged: text !== (initial ?? toText(NEW, starOnly)) || (initial === undefined && differs(visual ?? NEW, NEW)),
    isUnfinished: gaps.some((gap) => gap !== undefined),
    isEmpty: gaps.length > 0 && gaps.every((gap) => gap !== undefined),
  };
}

function textOf({ text, visual }: Written, starOnly: StarOnly): string {
  return text ?? toText(visual ?? NEW, starOnly);
}
