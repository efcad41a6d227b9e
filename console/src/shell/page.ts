/** What the shell needs to know of a page: address, name, place in the menu, and how to load it. */

import type { ComponentType } from "react";

export interface Page {
  /** Below /console, in react-router's form: `/iam/roles/:name`. */
  path: string;
  title: string | ((params: Readonly<Record<string, string | undefined>>) => string);
  /** Other words under which the search finds it; only pages without parameters are found. */
  words?: string;
  /** Stands in the side navigation. */
  inMenu?: boolean;
  /** Shows what is in one region, and says in its address which. */
  isRegional?: boolean;
  /** The path of the page above it; the area's first page when it isn't said. */
  parent?: string;
  /** Its own chunk: `() => import("./RolesPage")`. */
  load: () => Promise<{ default: ComponentType }>;
}

export interface Area {
  title: string;
  /** For the card on the home page. */
  description?: string;
  /** Other words under which the search finds its first page. */
  words?: string;
  pages: readonly [Page, ...Page[]];
}
