/** The log as it grows: what is there, then what comes, by the long poll of /api/decisions/follow; and what was before. */

import { useCallback, useEffect, useState } from "react";
import { ask } from "../../api/ask";
import { ApiError } from "../../api/failure";
import { begun, EMPTY, withNews, withOlder, type DecisionPage, type Held } from "./log";
import type { Decision } from "./types";

const PAGE = "300";
const WAIT_SECONDS = "20";
const RETRY_MS = 2000;
/** Older pages asked for at one click, if they hold nothing but somebody looking at the log. */
const TRIES = 5;

export type Filters = Readonly<Partial<Record<"principal" | "repository" | "action" | "decision", string>>>;

interface Log {
  of: string;
  held: Held | undefined;
  /** Why it isn't read at all. */
  error?: unknown;
  /** The server doesn't answer at the moment. */
  lost: boolean;
  gap: boolean;
  loadingOlder: boolean;
  olderError?: unknown;
}

type Tell = (change: (before: Log) => Log) => void;

interface Followed {
  decisions: Decision[];
  cursor: string;
  gap: boolean;
}

export function useFollow(filters: Filters, isPaused: boolean) {
  const key = JSON.stringify(filters);
  const [state, setLog] = useState<Log>(() => nothing(key));
  const [attempt, setAttempt] = useState(0);
  const log = state.of === key ? state : nothing(key);
  useEffect(() => {
    if (isPaused && attempt === 0) return undefined;
    const stopping = new AbortController();
    const tell: Tell = (change) => {
      if (!stopping.signal.aborted) setLog((before) => change(before.of === key ? before : nothing(key)));
    };
    void followed(JSON.parse(key) as Filters, stopping.signal, !isPaused, tell);
    return () => stopping.abort();
  }, [key, isPaused, attempt]);
  const again = useCallback(() => setAttempt((before) => before + 1), []);
  const older = (): void => {
    // What was asked with other filters is of no use to these.
    if (log.held) void followedBack(filters, log.held, (change) => setLog((now) => (now.of === key ? change(now) : now)));
  };
  return { ...log, again, older };
}

function nothing(of: string): Log {
  return { of, held: undefined, lost: false, gap: false, loadingOlder: false };
}

/** Goes on until it is stopped, or refused. */
async function followed(filters: Filters, signal: AbortSignal, goesOn: boolean, tell: Tell): Promise<void> {
  let cursor = "";
  const isStopped = () => signal.aborted;
  while (!isStopped()) {
    try {
      if (cursor === "") {
        // The cursor first: what is decided between the two is in both, and shown once.
        cursor = (await follow({ ...filters, wait: "0" }, signal)).cursor;
        const page = await pageOf(filters, {}, signal);
        tell(({ held, ...before }) => ({ ...before, lost: false, error: undefined, held: begun(held ?? EMPTY, page) }));
        if (!goesOn) return;
      }
      const news = await follow({ ...filters, cursor, wait: WAIT_SECONDS, limit: PAGE }, signal);
      cursor = news.cursor;
      tell(({ held, ...before }) => ({
        ...before,
        lost: false,
        gap: before.gap || news.gap,
        held: withNews(held ?? EMPTY, news.decisions),
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

/** Loads what is older than what is held, until there is something to see. */
async function followedBack(filters: Filters, from: Held, tell: Tell): Promise<void> {
  let { older } = from;
  tell((before) => ({ ...before, loadingOlder: true, olderError: undefined }));
  try {
    for (let tries = 0, seen = false; older && !seen && tries < TRIES; tries += 1) {
      const asked = JSON.stringify(older);
      const page: DecisionPage = await pageOf(filters, older);
      older = page.next === null ? undefined : { next: page.next };
      seen = withOlder(EMPTY, page).decisions.length > 0;
      // If the last ones gave way to news meanwhile, this page would leave a hole.
      tell((before) =>
        JSON.stringify(before.held?.older) === asked ? { ...before, held: withOlder(before.held ?? EMPTY, page) } : before,
      );
    }
    tell((before) => ({ ...before, loadingOlder: false }));
  } catch (olderError) {
    tell((before) => ({ ...before, loadingOlder: false, olderError }));
  }
}

function pageOf(filters: Filters, from: NonNullable<Held["older"]> | object, signal?: AbortSignal): Promise<DecisionPage> {
  const query = { ...filters, ...from, limit: PAGE };
  return ask<DecisionPage>("GET", "/api/decisions", { query, ...(signal && { signal }) });
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
