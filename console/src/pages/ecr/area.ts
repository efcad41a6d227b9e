import type { Area } from "../../shell/page";
import { pages } from "../../strings/pages";
import { shortDigest } from "./image/digest";
import { CREATE, REPOSITORIES } from "./paths";

const REPOSITORY = `${REPOSITORIES}/:name`;

export const ecrArea: Area = {
  title: pages.ecr.area,
  description: pages.ecr.description,
  words: pages.ecr.words,
  pages: [
    {
      path: REPOSITORIES,
      title: pages.ecr.repositories,
      inMenu: true,
      isRegional: true,
      load: () => import("./RepositoriesPage"),
    },
    {
      // Not below the list: a repository can be called create.
      path: CREATE,
      title: pages.ecr.createRepository,
      words: pages.ecr.createRepositoryWords,
      parent: REPOSITORIES,
      isRegional: true,
      load: () => import("./CreateRepositoryPage"),
    },
    {
      path: REPOSITORY,
      title: ({ name = "" }) => name,
      parent: REPOSITORIES,
      isRegional: true,
      load: () => import("./RepositoryPage"),
    },
    {
      path: `${REPOSITORY}/images/:digest`,
      title: ({ digest = "" }) => shortDigest(digest.replace("%3A", ":")),
      parent: REPOSITORY,
      isRegional: true,
      load: () => import("./image/ImagePage"),
    },
    {
      path: "/ecr/registry/permissions",
      title: pages.ecr.registry,
      words: pages.ecr.registryWords,
      inMenu: true,
      isRegional: true,
      load: () => import("./RegistryPermissionsPage"),
    },
  ],
};
