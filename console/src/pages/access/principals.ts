/** Roles and users as the API names them, for fields that suggest them. */

import { paginateListRoles, paginateListUsers } from "@aws-sdk/client-iam";
import { iam } from "../../session/sdk";

/** `role/NAME`, then `user/NAME`: as many as may be listed. */
export async function principals(): Promise<string[]> {
  const found = await Promise.all([roles(), users()]);
  return found.flat();
}

async function roles(): Promise<string[]> {
  const found: string[] = [];
  for await (const page of paginateListRoles({ client: iam() }, {})) {
    found.push(...(page.Roles ?? []).map(({ RoleName: name = "" }) => `role/${name}`));
  }
  return found;
}

async function users(): Promise<string[]> {
  const found: string[] = [];
  for await (const page of paginateListUsers({ client: iam() }, {})) {
    found.push(...(page.Users ?? []).map(({ UserName: name = "" }) => `user/${name}`));
  }
  return found;
}
