import { home } from "../../strings/home";
import { switchRole } from "../../strings/signIn";
import type { Area } from "../../shell/page";

export const homeArea: Area = {
  title: home.title,
  pages: [
    { path: "/", title: home.title, words: "home", load: () => import("./HomePage") },
    { path: "/switch-role", title: switchRole.title, words: "role assume", load: () => import("./SwitchRolePage") },
  ],
};
