/** Short messages above the page: what was done, so that a page can say it and go. */

import { useSyncExternalStore } from "react";

export interface Flash {
  id: string;
  type: "success" | "info" | "warning" | "error";
  text: string;
}

const MOST = 5;
const listeners = new Set<() => void>();
let flashes: readonly Flash[] = [];
let count = 0;

export function useFlashes(): readonly Flash[] {
  return useSyncExternalStore(subscribe, () => flashes);
}

export function flash(type: Flash["type"], text: string): void {
  count += 1;
  become([...flashes, { id: `flash-${count}`, type, text }].slice(-MOST));
}

export function dismiss(id: string): void {
  become(flashes.filter((one) => one.id !== id));
}

function become(next: readonly Flash[]): void {
  flashes = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
