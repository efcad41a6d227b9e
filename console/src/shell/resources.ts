/** The names that the search knows: roles, policies and repositories, as far as the caller may list them. */

import { paginateDescribeRepositories } from "@aws-sdk/client-ecr";
import { paginateListPolicies, paginateListRoles } from "@aws-sdk/client-iam";
import { repositoryPath } from "../pages/ecr/paths";
import { policyPath, rolePath } from "../pages/iam/paths";
import { ecr, iam } from "../session/sdk";
import { pages } from "../strings/pages";
import type { Found } from "./found";

export interface Group {
  label: string;
  options: Found[];
}

/** A kind that the caller may not list is left out: the search must not fail for the others. */
export async function loadResources(): Promise<Group[]> {
  const groups = await Promise.allSettled([roles(), policies(), repositories()]);
  return groups.flatMap((group) => (group.status === "fulfilled" ? [group.value] : []));
}

async function roles(): Promise<Group> {
  const options: Found[] = [];
  for await (const page of paginateListRoles({ client: iam() }, {})) {
    for (const { RoleName: name = "" } of page.Roles ?? []) options.push({ value: rolePath(name), label: name });
  }
  return { label: pages.iam.roles, options };
}

async function policies(): Promise<Group> {
  const options: Found[] = [];
  for await (const page of paginateListPolicies({ client: iam() }, { Scope: "Local" })) {
    for (const { Arn: arn = "", PolicyName: label = "" } of page.Policies ?? []) {
      options.push({ value: policyPath(arn), label });
    }
  }
  return { label: pages.iam.policies, options };
}

async function repositories(): Promise<Group> {
  const options: Found[] = [];
  for await (const page of paginateDescribeRepositories({ client: ecr() }, {})) {
    for (const { repositoryName: name = "" } of page.repositories ?? []) {
      options.push({ value: repositoryPath(name), label: name });
    }
  }
  return { label: pages.ecr.repositories, options };
}
