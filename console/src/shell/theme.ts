/** Light or dark: as the reader chose, else as the reader's system says. */

import { applyMode, Mode } from "@cloudscape-design/global-styles";
import { useSyncExternalStore } from "react";

const KEY = "dockreeve.mode";
const listeners = new Set<() => void>();
const store = globalThis.localStorage; // a taste, no secret: it may outlive the session
let dark = store.getItem(KEY) === null ? matchMedia("(prefers-color-scheme: dark)").matches : store.getItem(KEY) === "dark";

export function useDark(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => dark,
  );
}

export function setDark(chosen: boolean): void {
  store.setItem(KEY, chosen ? "dark" : "light");
  dark = chosen;
  applyTheme();
  for (const listener of listeners) listener();
}

export function applyTheme(): void {
  applyMode(dark ? Mode.Dark : Mode.Light);
  document.documentElement.style.colorScheme = dark ? "dark" : "light";
}
