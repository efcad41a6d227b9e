/** What a page loads when it opens: loading, loaded or failed, and again on demand. */

import { useCallback, useEffect, useState } from "react";

export interface Loaded<Value> {
  value: Value | undefined;
  error: unknown;
  loading: boolean;
  again: () => void;
}

interface Outcome<Value> {
  of: unknown;
  attempt: number;
  value?: Value;
  error?: unknown;
}

/** `load` must be the same function from one render to the next: of the module, or from `useCallback`. */
export function useLoad<Value>(load: () => Promise<Value>): Loaded<Value> {
  const [attempt, setAttempt] = useState(0);
  const [outcome, setOutcome] = useState<Outcome<Value>>();
  useEffect(() => {
    let wanted = true;
    const tell = (part: { value?: Value; error?: unknown }) => {
      if (wanted) setOutcome({ of: load, attempt, ...part });
    };
    load().then(
      (value) => tell({ value }),
      (error: unknown) => tell({ error }),
    );
    return () => {
      wanted = false;
    };
  }, [load, attempt]);
  const again = useCallback(() => setAttempt((before) => before + 1), []);
  const same = outcome?.of === load;
  const fresh = same && outcome.attempt === attempt;
  // What was loaded before stays in sight while it is loaded again.
  return { value: same ? outcome.value : undefined, error: fresh ? outcome.error : undefined, loading: !fresh, again };
}
