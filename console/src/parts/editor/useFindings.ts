/** What the server's lint says about a draft, at its places: asked a moment after the last change. */

import { useEffect, useState } from "react";
import { ask } from "../../api/ask";
import type { Problem } from "./problem";
import { useSettled } from "./useSettled";

export interface Finding {
  findingDetails: string;
  findingType: "ERROR" | "SECURITY_WARNING" | "WARNING" | "SUGGESTION";
  locations: { span: { start: { line: number; column: number } } }[];
}

export type PolicyKind = "identity" | "trust" | "repository" | "registry";

interface Linted {
  problems: readonly Problem[];
  /** Lint itself was refused or failed; the document may be whatever it is. */
  error?: unknown;
}

const NOTHING: Linted = { problems: [] };

/** `description`: what the policy promises, held against what it does. */
export function useFindings(document: string, kind: PolicyKind, description = ""): Linted {
  const settled = useSettled(document);
  const [linted, setLinted] = useState<Linted>(NOTHING);
  useEffect(() => {
    if (!settled.trim()) return;
    const stop = new AbortController();
    ask<{ findings: Finding[] }>("POST", "/api/lint", {
      body: { document: settled, kind, ...(description && { description }) },
      signal: stop.signal,
    }).then(
      ({ findings }) => setLinted({ problems: findings.map(problemOf) }),
      (error: unknown) => {
        if (!stop.signal.aborted) setLinted({ problems: [], error });
      },
    );
    return () => stop.abort();
  }, [settled, kind, description]);
  return settled.trim() ? linted : NOTHING;
}

function problemOf({ findingDetails, findingType, locations }: Finding): Problem {
  const start = locations[0]?.span.start;
  return {
    line: start?.line ?? 1,
    column: (start?.column ?? 0) + 1, // as in ValidatePolicy, lines count from 1 and columns from 0
    text: findingDetails,
    severity: findingType === "ERROR" ? "error" : findingType === "SUGGESTION" ? "info" : "warning",
  };
}
