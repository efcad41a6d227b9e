/** Whether the page is as narrow as a phone: a table of many columns is then better shown as one. */

import { useSyncExternalStore } from "react";

const narrow = matchMedia("(max-width: 688px)"); // where Cloudscape's own layout changes

export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => narrow.matches);
}

function subscribe(listener: () => void): () => void {
  narrow.addEventListener("change", listener);
  return () => narrow.removeEventListener("change", listener);
}
