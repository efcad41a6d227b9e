/** A user's access keys and console password, as IAM lists them. */

import {
  GetAccessKeyLastUsedCommand,
  GetLoginProfileCommand,
  paginateListAccessKeys,
  type AccessKeyLastUsed,
  type AccessKeyMetadata,
  type LoginProfile,
} from "@aws-sdk/client-iam";
import { failureOf } from "../../../api/failure";
import { iam } from "../../../session/sdk";

export interface Key extends AccessKeyMetadata {
  used: AccessKeyLastUsed | undefined;
}

export async function keysOf(user: string): Promise<AccessKeyMetadata[]> {
  const found: AccessKeyMetadata[] = [];
  for await (const page of paginateListAccessKeys({ client: iam() }, { UserName: user })) {
    found.push(...(page.AccessKeyMetadata ?? []));
  }
  return found;
}

/** With when each was last used, as far as the caller may know that. */
export async function keysWithUse(user: string): Promise<Key[]> {
  const found = await keysOf(user);
  const uses = await Promise.allSettled(
    found.map(({ AccessKeyId: id }) => iam().send(new GetAccessKeyLastUsedCommand({ AccessKeyId: id }))),
  );
  return found.map((key, index) => {
    const use = uses[index];
    return { ...key, used: use?.status === "fulfilled" ? use.value.AccessKeyLastUsed : undefined };
  });
}

/** Null when the user has no console password. */
export async function loginProfileOf(user: string): Promise<LoginProfile | null> {
  try {
    const { LoginProfile: profile } = await iam().send(new GetLoginProfileCommand({ UserName: user }));
    return profile ?? null;
  } catch (error) {
    if (/^NoSuchEntity/.test(failureOf(error).code)) return null;
    throw error;
  }
}
