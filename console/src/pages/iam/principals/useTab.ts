/** The tab that is shown, in the page's address. */

import { useSearchParams } from "react-router";

export function useTab(first: string) {
  const [search, setSearch] = useSearchParams();
  const show = (tab: string) =>
    setSearch((before) => {
      const next = new URLSearchParams(before);
      if (tab === first) next.delete("tab");
      else next.set("tab", tab);
      return next;
    });
  return { tab: search.get("tab") ?? first, show };
}
