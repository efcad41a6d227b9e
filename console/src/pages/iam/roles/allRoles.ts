import { paginateListRoles, type Role } from "@aws-sdk/client-iam";
import { iam } from "../../../session/sdk";

export async function allRoles(): Promise<Role[]> {
  const roles: Role[] = [];
  for await (const page of paginateListRoles({ client: iam() }, {})) roles.push(...(page.Roles ?? []));
  return roles;
}
