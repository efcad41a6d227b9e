import type { Area } from "../../shell/page";
import { home } from "../../strings/home";
import { iam } from "../../strings/iam";

export const iamArea: Area = {
  title: iam.area,
  description: home.cards.iam,
  words: iam.areaWords,
  pages: [
    { path: "/iam/roles", title: iam.roles.title, inMenu: true, load: () => import("./RolesPage") },
    { path: "/iam/policies", title: iam.policies.title, inMenu: true, load: () => import("./PoliciesPage") },
  ],
};
