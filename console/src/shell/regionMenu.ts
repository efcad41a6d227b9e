import type { TopNavigationProps } from "@cloudscape-design/components/top-navigation";
import { useLocation, useSearchParams } from "react-router";
import { leaving } from "../parts/unsaved";
import { chooseRegion, type Session } from "../session/session";
import { regionMenu as words, regions } from "../strings/regions";
import { locate } from "./crumbs";
import { withRegion } from "./region";

/** Every region is its own registry, as in AWS: what one holds the others don't show. */
export function useRegionMenu({ region, home }: Session): TopNavigationProps.MenuDropdownUtility {
  const [, setSearch] = useSearchParams();
  const { pathname } = useLocation();
  const codes = [...new Set([...Object.keys(regions), home, region])];

  function choose(code: string): void {
    if (code === region) return;
    if (locate(pathname)?.page.isRegional) setSearch((before) => withRegion(before, code));
    else leaving(() => chooseRegion(code));
  }

  return {
    type: "menu-dropdown",
    text: region,
    description: regions[region] ?? words.unnamed,
    ariaLabel: words.label(region),
    items: codes.map((code) => ({
      id: code,
      itemType: "checkbox",
      checked: code === region,
      text: `${regions[code] ?? words.unnamed} ${code}`, // a narrow page's menu shows no tags
    })),
    onItemClick: ({ detail }) => choose(detail.id),
  };
}
