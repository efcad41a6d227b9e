/** The user that the wizard is making, and the calls that make it. */

import type { Tag } from "@aws-sdk/client-iam";
import { changes as words } from "../../../strings/principals";
import { userChanges } from "../../../strings/users";
import { call, type Call, type Change } from "../calls";
import { attach, detach, type PolicyRef } from "../principals/principal";

export interface UserDraft {
  name: string;
  hasPassword: boolean;
  isCustom: boolean;
  custom: string;
  mustChange: boolean;
  hasKey: boolean;
  policies: readonly PolicyRef[];
  boundary: PolicyRef | undefined;
  tags: readonly Tag[];
}

export const EMPTY: UserDraft = {
  name: "",
  hasPassword: false,
  isCustom: false,
  custom: "",
  mustChange: true,
  hasKey: false,
  policies: [],
  boundary: undefined,
  tags: [],
};

/** AWS's own pattern and length. */
export function isUserName(name: string): boolean {
  return /^[\w+=,.@-]{1,64}$/.test(name);
}

/** `password`: what the console password is to be. The key comes last: its answer is shown when all is done. */
export function changesToCreate(draft: UserDraft, password: string): Change[] {
  const { name } = draft;
  const user = { kind: "user", name } as const;
  const named = { UserName: name };
  const made: Change = {
    title: userChanges.create(name),
    call: call("CreateUser", {
      ...named,
      ...(draft.boundary && { PermissionsBoundary: draft.boundary.arn }),
      ...(draft.tags.length > 0 && { Tags: [...draft.tags] }),
    }),
    undo: call("DeleteUser", named),
  };
  const signIn: Change = {
    title: userChanges.password,
    call: call("CreateLoginProfile", { ...named, Password: password, PasswordResetRequired: draft.mustChange }),
    undo: call("DeleteLoginProfile", named),
  };
  const attached = draft.policies.map((policy): Change => ({
    title: words.attach(policy.name),
    call: attach(user, policy.arn),
    undo: detach(user, policy.arn),
  }));
  const key: Change = { title: userChanges.key, call: call("CreateAccessKey", named) };
  return [made, ...(draft.hasPassword ? [signIn] : []), ...attached, ...(draft.hasKey ? [key] : [])];
}

/** The same calls for "Copy as": a password has no place in a text that is pasted somewhere. */
export function callsToCopy(draft: UserDraft): Call[] {
  return changesToCreate(draft, "PASSWORD").map((change) => change.call);
}
