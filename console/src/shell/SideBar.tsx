import SideNavigation, { type SideNavigationProps } from "@cloudscape-design/components/side-navigation";
import { useLocation } from "react-router";
import { useGo } from "../parts/go";
import { product } from "../strings/shell";
import { MENU } from "./areas";
import type { Page } from "./page";

/** The pages that stand in the menu, by area. */
export function SideBar() {
  const { pathname } = useLocation();
  const { follow, href } = useGo();
  const here = MENU.flatMap((area) => area.pages)
    .filter((page) => page.inMenu && under(page.path, pathname))
    .at(0);
  const items = MENU.map((area): SideNavigationProps.Item => ({
    type: "section",
    text: area.title,
    items: area.pages.filter((page) => page.inMenu).map((page) => link(page, href)),
  }));
  return (
    <SideNavigation
      header={{ text: product, href: href("/") }}
      items={items}
      activeHref={href(here?.path ?? pathname)}
      onFollow={follow}
    />
  );
}

function under(path: string, pathname: string): boolean {
  return pathname === path || pathname.startsWith(`${path}/`);
}

function link(page: Page, href: (path: string) => string): SideNavigationProps.Link {
  return { type: "link", text: typeof page.title === "string" ? page.title : page.path, href: href(page.path) };
}
