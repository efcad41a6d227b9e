/** What somebody has begun to enter and not saved: whoever leaves the page is asked first. */

import { useCallback, useEffect, useRef, useSyncExternalStore } from "react";

interface Form {
  isDirty: boolean;
}

const forms = new Set<Form>();
const listeners = new Set<() => void>();
let waiting: (() => void) | undefined;

/**
 * `isDirty`: this form holds something that would be lost. The answer is called when it was saved, before the page is
 * left: what React is yet to be told must not ask.
 */
export function useUnsaved(isDirty: boolean): () => void {
  const form = useRef<Form>({ isDirty: false });
  useEffect(() => {
    const mine = form.current;
    mine.isDirty = isDirty;
    forms.add(mine);
    return () => void forms.delete(mine);
  }, [isDirty]);
  return useCallback(() => {
    form.current.isDirty = false;
  }, []);
}

export function isUnsaved(): boolean {
  return [...forms].some((form) => form.isDirty);
}

/** Whether two drafts say different things. */
export function differs(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}

/** `leave` at once, or when whoever is asked says so: for what leaves the page without another address. */
export function leaving(leave: () => void): void {
  if (isUnsaved()) become(leave);
  else leave();
}

/** What waits for an answer. */
export function useLeaving(): (() => void) | undefined {
  return useSyncExternalStore(subscribe, () => waiting);
}

export function answered(): void {
  become(undefined);
}

function become(next: (() => void) | undefined): void {
  waiting = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
