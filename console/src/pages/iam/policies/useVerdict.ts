/** What a draft means in container verbs, asked a moment after the last change. */

import { useEffect, useState } from "react";
import { ask } from "../../../api/ask";
import { useSettled } from "../../../parts/editor/useSettled";
import { linesOf, type Line, type Said } from "../principals/abilities";

// What a policy for a registry is mostly written for: the card must fit beside the editor.
const VERBS = ["login", "pull", "push", "list", "delete"];

export interface Verdict {
  /** What was asked about: the draft may have changed since. */
  document?: string;
  lines?: readonly Line[];
  /** Why the document can't be read. */
  trouble?: string;
  /** The verdict was refused, or failed. */
  error?: unknown;
}

interface Answered {
  verbs: Said[];
  error: { message: string } | null;
}

/** For a principal that has this policy alone. What was said last stays in sight until the next is there. */
export function useVerdict(document: string): Verdict {
  const settled = useSettled(document);
  const [verdict, setVerdict] = useState<Verdict>({});
  useEffect(() => {
    const stop = new AbortController();
    ask<Answered>("POST", "/api/verdict", { body: { document: settled, verbs: VERBS }, signal: stop.signal }).then(
      ({ verbs, error }) => setVerdict({ document: settled, ...(error ? { trouble: error.message } : { lines: linesOf(verbs) }) }),
      (error: unknown) => {
        if (!stop.signal.aborted) setVerdict({ document: settled, error });
      },
    );
    return () => stop.abort();
  }, [settled]);
  return verdict;
}
