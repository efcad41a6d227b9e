import type { Area } from "../../shell/page";
import { home } from "../../strings/home";
import { iam } from "../../strings/iam";
import { policies } from "../../strings/policies";
import { policy } from "../../strings/policy";
import { profiles } from "../../strings/profiles";
import { roles } from "../../strings/roles";
import { users } from "../../strings/users";
import { nameOf } from "./principals/principal";

export const iamArea: Area = {
  title: iam.area,
  description: home.cards.iam,
  words: iam.areaWords,
  pages: [
    { path: "/iam/users", title: users.title, inMenu: true, load: () => import("./users/UsersPage") },
    {
      path: "/iam/users/create",
      title: users.create,
      parent: "/iam/users",
      load: () => import("./users/CreateUserPage"),
    },
    {
      path: "/iam/users/:name",
      title: ({ name = "" }) => name,
      parent: "/iam/users",
      load: () => import("./users/UserPage"),
    },
    { path: "/iam/roles", title: iam.roles.title, inMenu: true, load: () => import("./roles/RolesPage") },
    {
      path: "/iam/roles/create",
      title: roles.create,
      parent: "/iam/roles",
      load: () => import("./roles/CreateRolePage"),
    },
    {
      path: "/iam/roles/:name",
      title: ({ name = "" }) => name,
      parent: "/iam/roles",
      load: () => import("./roles/RolePage"),
    },
    { path: "/iam/policies", title: iam.policies.title, inMenu: true, load: () => import("./policies/PoliciesPage") },
    {
      path: "/iam/policies/create",
      title: policies.create,
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
      title: policy.edit,
      parent: "/iam/policies/:arn",
      load: () => import("./policy/EditPolicyPage"),
    },
    {
      path: "/iam/instance-profiles",
      title: profiles.title,
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
