/** Who is signed in: kept in memory and, so that a reload doesn't lose it, in this tab's sessionStorage. */

import { useSyncExternalStore } from "react";

export interface Session {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  /** ISO 8601. */
  expiration: string;
  arn: string;
  /** Where ECR is asked; it can be changed. */
  region: string;
  /** The server's own region. */
  home: string;
  /** The session that the role was taken on from. */
  base?: Session;
}

/** Why nobody is signed in. */
export type Ending = "none" | "signed-out" | "expired";

interface State {
  session: Session | undefined;
  ending: Ending;
}

const KEY = "dockreeve.session";
const listeners = new Set<() => void>();
const otherTabs = new BroadcastChannel("dockreeve");
let state: State = { session: kept(), ending: "none" };
let alarm: ReturnType<typeof setTimeout> | undefined;

otherTabs.onmessage = () => end("signed-out");
watchExpiry();

export function useSession(): State {
  return useSyncExternalStore(subscribe, () => state);
}

/** The session, for code outside React. */
export function current(): Session {
  if (!state.session) throw new Error("nobody is signed in");
  return state.session;
}

export function begin(session: Session): void {
  sessionStorage.setItem(KEY, JSON.stringify(session));
  become({ session, ending: "none" });
}

/** Drops every credential: memory, this tab's storage, and the other tabs that hold a copy. */
export function signOut(): void {
  end("signed-out");
  otherTabs.postMessage("signed-out");
}

/** A session that the server no longer takes. The one that a role was taken on from may still live. */
export function expire(): void {
  const base = state.session?.base;
  if (base && millisecondsLeft(base) > 0) begin(base);
  else if (state.session) end("expired");
}

/** Goes back from a role to the session it was taken on from. */
export function switchBack(): void {
  const base = state.session?.base;
  if (base) begin(base);
}

/** Asks ECR in another region from now on; a role that was taken on, and who took it on, go there together. */
export function chooseRegion(region: string): void {
  const session = current();
  begin({ ...session, region, ...(session.base && { base: { ...session.base, region } }) });
}

export function millisecondsLeft(session: Session, now = Date.now()): number {
  return Date.parse(session.expiration) - now;
}

/** The account number in the session's ARN. */
export function accountOf(session: Session): string {
  return session.arn.split(":")[4] ?? "";
}

function end(ending: Ending): void {
  sessionStorage.removeItem(KEY);
  become({ session: undefined, ending });
}

function become(next: State): void {
  state = next;
  watchExpiry();
  for (const listener of listeners) listener();
}

function watchExpiry(): void {
  clearTimeout(alarm);
  // A laptop that slept wakes up late: every request that is refused as expired ends the session too.
  if (state.session) alarm = setTimeout(expire, Math.max(0, millisecondsLeft(state.session)));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function kept(): Session | undefined {
  try {
    const session = JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Session | null;
    if (session?.home && millisecondsLeft(session) > 0) return session;
  } catch {
    // Not ours, or of another version: as if there were none.
  }
  sessionStorage.removeItem(KEY);
  return undefined;
}
