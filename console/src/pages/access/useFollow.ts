/** The log as it grows: what is there, then what comes, by the long poll of /api/decisions/follow. */

import { useCallback, useEffect, useState } from "react";
import { ask } from "../../api/ask";
import { ApiError } from "../../api/failure";
import { merged } from "./log";
import type { Decision } from "./types";

const FIRST = "300";
const WAIT_SECONDS = "20";
const RETRY_MS = 2000;

export type Filters = Readonly<Partial<Record<"principal" | "repository" | "action" | "decision", string>>>;

interface Log {
  of: string;
  decisions: Decision[] | undefined;
  /** Why it isn't read at all. */
  error?: unknown;
  /** The server doesn't answer at the moment. */
  lost: boolean;
  gap: boolean;
}

interface Followed {
  decisions: Decision[];
  cursor: string;
  gap: boolean;
}

export function useFollow(filters: Filters, isPaused: boolean) {
  const key = JSON.stringify(filters);
  const [log, setLog] = useState<Log>(() => nothing(key));
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (isPaused && attempt === 0) return undefined;
    const stopping = new AbortController();
    const tell = (change: (before: Log) => Log) => {
      if (!stopping.signal.aborted) setLog((before) => change(before.of === key ? before : nothing(key)));
    };
    void followed(JSON.parse(key) as Filters, stopping.signal, !isPaused, tell);
    return () => stopping.abort();
  }, [key, isPaused, attempt]);
  const again = useCallback(() => setAttempt((before) => before + 1), []);
  return { ...(log.of === key ? log : nothing(key)), again };
}

function nothing(of: string): Log {
  return { of, decisions: undefined, lost: false, gap: false };
}

/** Goes on until it is stopped, or refused. */
async function followed(
  filters: Filters,
  signal: AbortSignal,
  goesOn: boolean,
  tell: (change: (before: Log) => Log) => void,
): Promise<void> {
  let cursor = "";
  const isStopped = () => signal.aborted;
  while (!isStopped()) {
    try {
      if (cursor === "") {
        // The cursor first: what is decided between the two is in both, and shown once.
        cursor = (await follow({ ...filters, wait: "0" }, signal)).cursor;
        const query = { ...filters, limit: FIRST };
        const { decisions } = await ask<{ decisions: Decision[] }>("GET", "/api/decisions", { query, signal });
        tell((before) => ({ ...before, lost: false, error: undefined, decisions: merged(decisions, before.decisions ?? []) }));
        if (!goesOn) return;
      }
      const news = await follow({ ...filters, cursor, wait: WAIT_SECONDS, limit: FIRST }, signal);
      cursor = news.cursor;
      tell((before) => ({
        ...before,
        lost: false,
        gap: before.gap || news.gap,
        decisions: merged(news.decisions, before.decisions ?? []),
      }));
    } catch (error) {
      if (isStopped()) return;
      const isFinal = error instanceof ApiError && error.status < 500 && error.status !== 429;
      tell((before) => ({ ...before, lost: !isFinal, ...(isFinal && { error }) }));
      if (isFinal) return;
      cursor = ""; // a server that was started again knows none of its cursors
      await waited(RETRY_MS, signal);
    }
  }
}

function follow(query: Record<string, string>, signal: AbortSignal): Promise<Followed> {
  return ask<Followed>("GET", "/api/decisions/follow", { query, signal });
}

function waited(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      done();
    });
  });
}
