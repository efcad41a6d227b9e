import { pages } from "../../strings/pages";
import type { Area } from "../../shell/page";

export const homeArea: Area = {
  title: pages.home.title,
  pages: [
    { path: "/", title: pages.home.title, words: pages.home.words, load: () => import("./HomePage") },
    { path: "/switch-role", title: pages.home.switchRole, words: pages.home.switchRoleWords, load: () => import("./SwitchRolePage") },
  ],
};
