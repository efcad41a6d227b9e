/** Which pages the search finds. The value of an option is the page's path. */

import { AREAS } from "./areas";

export interface Found {
  value: string;
  label: string;
  description?: string;
}

/** Areas and pages without parameters in whose names or words every part of `wanted` (lower case) occurs. */
export function pagesFor(wanted: string): Found[] {
  const parts = wanted.split(/\s+/).filter(Boolean);
  const fits = (...texts: (string | undefined)[]) => {
    const all = texts.join(" ").toLowerCase();
    return parts.every((part) => all.includes(part));
  };
  return AREAS.flatMap((area) => {
    const first = area.pages[0].path;
    const itself = area.words !== undefined && fits(area.title, area.words) ? [{ value: first, label: area.title }] : [];
    const pages = area.pages.flatMap((page) =>
      typeof page.title === "string" && !page.path.includes(":") && fits(page.title, page.words, area.title)
        ? [{ value: page.path, label: page.title, ...(area.title !== page.title && { description: area.title }) }]
        : [],
    );
    return [...itself, ...pages];
  });
}
