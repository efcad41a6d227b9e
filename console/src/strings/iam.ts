/** English of the IAM pages, with the labels that AWS's console uses. */

import { pages } from "./pages";

export const iam = {
  policies: {
    title: pages.iam.policies,
    name: "Policy name",
    type: "Type",
    used: "Used as",
    description: "Description",
    customerManaged: "Customer managed",
    awsManaged: "AWS managed",
    attachments: (count: number) => (count === 0 ? "None" : `Permissions policy (${count})`),
    empty: "No policies",
    emptyHint: "A policy says what is allowed. Attach it to a role, and whoever takes on the role may do it.",
  },
  roles: {
    title: pages.iam.roles,
    name: "Role name",
    trusted: "Trusted entities",
    created: "Created",
    empty: "No roles",
    emptyHint: "A role is taken on by a workload or a person for a while: its trust policy says by whom.",
  },
};
