import type { TopNavigationProps } from "@cloudscape-design/components/top-navigation";
import { leaving } from "../parts/unsaved";
import { chooseRegion, type Session } from "../session/session";
import { regionMenu as words, regions } from "../strings/regions";

/** Every region is its own registry, as in AWS: what one holds the others don't show. */
export function regionMenu({ region, home }: Session): TopNavigationProps.MenuDropdownUtility {
  const codes = [...new Set([...Object.keys(regions), home, region])];
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
    onItemClick: ({ detail }) => {
      if (detail.id !== region) leaving(() => chooseRegion(detail.id));
    },
  };
}
