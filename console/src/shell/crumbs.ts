/** The way from the console's home to a page. */

import { generatePath, matchPath } from "react-router";
import { shell } from "../strings/shell";
import { AREAS, areaOf } from "./areas";
import { nameIn } from "./named";
import type { Page } from "./page";

export interface Crumb {
  text: string;
  href: string;
}

export interface Located {
  page: Page;
  params: Readonly<Record<string, string | undefined>>;
}

/** The page at this address below /console; the one without parameters when two would fit. */
export function locate(pathname: string): Located | undefined {
  const fitting = AREAS.flatMap((area) => area.pages).flatMap((page) => {
    const match = matchPath(page.path, pathname);
    return match ? [{ page, params: decoded(match.params) }] : [];
  });
  return fitting.find(({ page }) => !page.path.includes(":")) ?? fitting[0];
}

/** As the page itself gets them: matchPath decodes nothing but the slash. */
function decoded(params: Located["params"]): Located["params"] {
  try {
    return Object.fromEntries(Object.entries(params).map(([name, text = ""]) => [name, decodeURIComponent(text)]));
  } catch {
    return params; // somebody typed a % that begins no escape
  }
}

export function titleOf({ page, params }: Located): string {
  if (typeof page.title === "string") return page.title;
  return page.title(Object.fromEntries(Object.entries(params).map(([name, text = ""]) => [name, nameIn(text)])));
}

export function crumbsOf(located: Located): Crumb[] {
  const area = areaOf(located.page);
  const way: Crumb[] = [];
  for (let page: Page | undefined = located.page; page && page.path !== "/"; page = parentOf(page)) {
    way.unshift({ text: titleOf({ ...located, page }), href: generatePath(page.path, located.params) });
  }
  const first = area?.pages[0];
  if (area && first && first.path !== "/") way.unshift({ text: area.title, href: first.path });
  return [{ text: shell.home, href: "/" }, ...way];
}

function parentOf(page: Page): Page | undefined {
  return page.parent === undefined ? undefined : locate(page.parent)?.page ?? byPath(page.parent);
}

function byPath(path: string): Page | undefined {
  return AREAS.flatMap((area) => area.pages).find((page) => page.path === path);
}
