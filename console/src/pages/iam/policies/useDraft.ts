/** A policy while it is written: its text, and in visual mode its blocks, of which the text is made. */

import { useState } from "react";
import type { Json } from "../../../parts/copy/call";
import { starOnlyOf, type Service } from "./visual/catalogue";
import { withStatement } from "./visual/edit";
import { EMPTY, NEW, type StarOnly, type Visual } from "./visual/model";
import { servicesIn, toVisual } from "./visual/read";
import { loadService } from "./visual/services";
import { gapOf, toText } from "./visual/write";

export interface Draft {
  text: string;
  /** Undefined in JSON mode. */
  visual: Visual | undefined;
  services: ReadonlyMap<string, Service>;
  starOnly: StarOnly;
  /** Why the visual editor can't be shown: the document, or what the server said. */
  trouble: "document" | { error: unknown } | undefined;
  setText: (text: string) => void;
  setVisual: (visual: Visual) => void;
  showVisual: () => Promise<void>;
  showJson: () => void;
  /** Adds the actions of a service to what is known. */
  load: (prefix: string) => Promise<void>;
  add: (statements: readonly Json[]) => Promise<void>;
  /** Whether a block still misses something. */
  unfinished: boolean;
}

/** Starts with the visual editor for a new policy, with JSON for `initial`. */
export function useDraft(initial?: string): Draft {
  const [text, setText] = useState(initial ?? toText(NEW, () => false));
  const [visual, setVisual] = useState(initial === undefined ? NEW : undefined);
  const [services, setServices] = useState<ReadonlyMap<string, Service>>(new Map());
  const [trouble, setTrouble] = useState<Draft["trouble"]>();
  const starOnly = starOnlyOf(services.values());

  /** A prefix that no service has is left out: its actions are taken to have resources. */
  async function known(prefixes: readonly string[]): Promise<ReadonlyMap<string, Service>> {
    const found = await Promise.all(prefixes.map((prefix) => loadService(prefix).catch(absent)));
    const next = new Map(services);
    for (const service of found) if (service) next.set(service.service, service);
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
        if (!base) return;
        const next = statements.reduce<Visual>((before, one) => withStatement(before, one, isStarOnly), base);
        if (visual) write(next, isStarOnly);
        else setText(toText(next, isStarOnly));
      }),
    unfinished: visual?.blocks.some((block) => block.kind === "permission" && gapOf(block, starOnly) !== undefined) ?? false,
  };
}

function absent(error: unknown): undefined {
  if (error instanceof Error && "status" in error && error.status === 404) return undefined;
  throw error;
}
