/** Every area of the console, in the order of the menu. A page that isn't named by its area isn't reachable. */

import { accessArea } from "../pages/access/area";
import { ecrArea } from "../pages/ecr/area";
import { homeArea } from "../pages/home/area";
import { iamArea } from "../pages/iam/area";
import type { Area, Page } from "./page";

export const AREAS: readonly Area[] = [homeArea, iamArea, ecrArea, accessArea];
/** Those with pages of their own in the menu. */
export const MENU = AREAS.filter((area) => area.pages.some((page) => page.inMenu));

export function areaOf(page: Page): Area | undefined {
  return AREAS.find((area) => area.pages.includes(page));
}
