/** The ways to a session. None of them keeps a password or a long-lived key. */

import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import type { Credentials } from "@aws-sdk/client-sts";
import { send } from "../api/ask";
import { begin, current, type Session } from "./session";
import { configuration, sts } from "./sdk";

/** What this server tells anybody, so that the form needs not ask. */
export interface Place {
  account: string;
  region: string;
}

type Issued = Omit<Session, "base" | "region" | "home">;

export function place(): Promise<Place> {
  return send<Place>("GET", "/console/place.json", {});
}

export async function withPassword(account: string, user: string, password: string): Promise<void> {
  await signedIn({ account, user, password });
}

/** Throws `ApiError` with code PasswordChangeRequired from `withPassword` when this is what comes first. */
export async function withNewPassword(
  account: string,
  user: string,
  password: string,
  newPassword: string,
): Promise<void> {
  await signedIn({ account, user, password, newPassword }, "/api/change-password");
}

export async function withCode(code: string): Promise<void> {
  await signedIn({ code });
}

/** Asks for temporary credentials with the key, which is forgotten at once. */
export async function withKey(accessKeyId: string, secretAccessKey: string): Promise<void> {
  const { region } = await place();
  const lasting = new STSClient(configuration({ accessKeyId, secretAccessKey }, region));
  const issued = (await lasting.send(new GetSessionTokenCommand({}))).Credentials;
  const temporary = temporaryKeys(issued);
  const asked = new STSClient(configuration(temporary, region));
  const { Arn: arn } = await asked.send(new GetCallerIdentityCommand({}));
  begin({ ...temporary, arn: arn ?? "", region, home: region });
}

/** A session of a role, to `begin`; `switchBack` returns to who this was. */
export async function roleSession(roleArn: string, sessionName: string): Promise<Session> {
  const from = current();
  const answer = await sts().send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: sessionName }));
  const arn = answer.AssumedRoleUser?.Arn ?? roleArn;
  return { ...temporaryKeys(answer.Credentials), arn, region: from.region, home: from.home, base: from.base ?? from };
}

async function signedIn(body: Record<string, string>, path = "/api/sign-in"): Promise<void> {
  const [{ region }, issued] = await Promise.all([
    place(),
    send<Issued>("POST", path, { text: JSON.stringify(body) }),
  ]);
  const { accessKeyId, secretAccessKey, sessionToken, expiration, arn } = issued;
  begin({ accessKeyId, secretAccessKey, sessionToken, expiration, arn, region, home: region });
}

function temporaryKeys(issued: Credentials | undefined) {
  if (!issued?.AccessKeyId || !issued.SecretAccessKey || !issued.SessionToken || !issued.Expiration) {
    throw new Error("the answer has no credentials");
  }
  return {
    accessKeyId: issued.AccessKeyId,
    secretAccessKey: issued.SecretAccessKey,
    sessionToken: issued.SessionToken,
    expiration: issued.Expiration.toISOString(),
  };
}
