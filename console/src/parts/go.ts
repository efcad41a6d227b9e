/** Links within the console: an ordinary address, followed without loading the page anew. */

import { useCallback } from "react";
import { useNavigate } from "react-router";

export const BASE = "/console";

interface Followed {
  preventDefault: () => void;
  detail: { href?: string | undefined; external?: boolean | undefined };
}

/** `go("/iam/roles")` navigates; `href` makes the address for a Cloudscape `href`, and `follow` is its `onFollow`. */
export function useGo() {
  const navigate = useNavigate();
  const go = useCallback((path: string) => void navigate(path), [navigate]);
  const follow = useCallback(
    (event: Followed) => {
      const { href: to = "", external } = event.detail;
      if (external || !to.startsWith(`${BASE}/`)) return;
      event.preventDefault();
      go(to.slice(BASE.length));
    },
    [go],
  );
  return { go, follow, href };
}

function href(path: string): string {
  return BASE + path;
}
