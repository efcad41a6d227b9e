import type { Area } from "../../shell/page";
import { pages } from "../../strings/pages";
import { nameOf } from "./principals/principal";

export const iamArea: Area = {
  title: pages.iam.area,
  description: pages.iam.description,
  words: pages.iam.words,
  pages: [
    { path: "/iam/users", title: pages.iam.users, inMenu: true, load: () => import("./users/UsersPage") },
    {
      path: "/iam/users/create",
      title: pages.iam.createUser,
      parent: "/iam/users",
      load: () => import("./users/CreateUserPage"),
    },
    {
      path: "/iam/users/:name",
      title: ({ name = "" }) => name,
      parent: "/iam/users",
      load: () => import("./users/UserPage"),
    },
    { path: "/iam/roles", title: pages.iam.roles, inMenu: true, load: () => import("./roles/RolesPage") },
    {
      path: "/iam/roles/create",
      title: pages.iam.createRole,
      parent: "/iam/roles",
      load: () => import("./roles/CreateRolePage"),
    },
    {
      path: "/iam/roles/:name",
      title: ({ name = "" }) => name,
      parent: "/iam/roles",
      load: () => import("./roles/RolePage"),
    },
    { path: "/iam/policies", title: pages.iam.policies, inMenu: true, load: () => import("./policies/PoliciesPage") },
    {
      path: "/iam/policies/create",
      title: pages.iam.createPolicy,
      parent: "/iam/policies",
      load: () => import("./policies/CreatePolicyPage"),
    },
    {
      path: "/iam/policies/:arn",
      title: ({ arn = "" }) => nameOf(arn),
      parent: "/iam/policies",
      load: () => import("./policy/PolicyPage"),
    },
    {
      path: "/iam/policies/:arn/edit",
      title: pages.iam.editPolicy,
      parent: "/iam/policies/:arn",
      load: () => import("./policy/EditPolicyPage"),
    },
    {
      path: "/iam/instance-profiles",
      title: pages.iam.profiles,
      inMenu: true,
      load: () => import("./profiles/ProfilesPage"),
    },
    {
      path: "/iam/instance-profiles/:name",
      title: ({ name = "" }) => name,
      parent: "/iam/instance-profiles",
      load: () => import("./profiles/ProfilePage"),
    },
  ],
};
