import type { Area } from "../../shell/page";
import { ecr } from "../../strings/ecr";
import { home } from "../../strings/home";
import { shortDigest } from "./image/told";
import { CREATE, REPOSITORIES } from "./paths";

const REPOSITORY = `${REPOSITORIES}/:name`;

export const ecrArea: Area = {
  title: ecr.area,
  description: home.cards.ecr,
  words: ecr.areaWords,
  pages: [
    { path: REPOSITORIES, title: ecr.repositories.title, inMenu: true, load: () => import("./RepositoriesPage") },
    {
      // Not below the list: a repository can be called create.
      path: CREATE,
      title: ecr.create.title,
      words: "new",
      parent: REPOSITORIES,
      load: () => import("./CreateRepositoryPage"),
    },
    {
      path: REPOSITORY,
      title: ({ name = "" }) => name,
      parent: REPOSITORIES,
      load: () => import("./RepositoryPage"),
    },
    {
      path: `${REPOSITORY}/images/:digest`,
      title: ({ digest = "" }) => shortDigest(digest.replace("%3A", ":")),
      parent: REPOSITORY,
      load: () => import("./image/ImagePage"),
    },
    {
      path: "/ecr/registry/permissions",
      title: ecr.policy.registryTitle,
      words: "private registry policy",
      inMenu: true,
      load: () => import("./RegistryPermissionsPage"),
    },
  ],
};
