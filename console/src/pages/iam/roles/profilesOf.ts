import { paginateListInstanceProfilesForRole } from "@aws-sdk/client-iam";
import { iam } from "../../../session/sdk";

/** The names of the instance profiles that hold the role. */
export async function profilesOf(role: string): Promise<string[]> {
  const names: string[] = [];
  for await (const page of paginateListInstanceProfilesForRole({ client: iam() }, { RoleName: role })) {
    for (const { InstanceProfileName: name = "" } of page.InstanceProfiles ?? []) names.push(name);
  }
  return names;
}
