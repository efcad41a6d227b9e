import type { Area } from "../../shell/page";
import { ecr } from "../../strings/ecr";
import { home } from "../../strings/home";

export const ecrArea: Area = {
  title: ecr.area,
  description: home.cards.ecr,
  words: ecr.areaWords,
  pages: [
    { path: "/ecr/repositories", title: ecr.repositories.title, inMenu: true, load: () => import("./RepositoriesPage") },
  ],
};
