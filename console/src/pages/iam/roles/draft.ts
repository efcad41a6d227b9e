/** The role that the wizard is making, and the calls that make it. */

import type { Tag } from "@aws-sdk/client-iam";
import { changes as words } from "../../../strings/principals";
import { roleChanges } from "../../../strings/roles";
import { call, type Change } from "../calls";
import { attach, detach, type PolicyRef } from "../principals/principal";
import { NO_TRUST, trustDocument, trustsInstances, type TrustChoice } from "./trust";

export interface RoleDraft {
  trust: TrustChoice;
  policies: readonly PolicyRef[];
  boundary: PolicyRef | undefined;
  name: string;
  description: string;
  tags: readonly Tag[];
}

export const EMPTY: RoleDraft = { trust: NO_TRUST, policies: [], boundary: undefined, name: "", description: "", tags: [] };

/** AWS's own pattern and length, so that a slip is told beside the field. */
export function isRoleName(name: string): boolean {
  return /^[\w+=,.@-]{1,64}$/.test(name);
}

/** In the order in which AWS's console makes them. `account` is the caller's. */
export function changesToCreate(draft: RoleDraft, account: string): Change[] {
  const { name } = draft;
  const role = { kind: "role", name } as const;
  const made: Change = {
    title: roleChanges.create(name),
    call: call("CreateRole", {
      RoleName: name,
      AssumeRolePolicyDocument: trustDocument(draft.trust, account),
      ...(draft.description && { Description: draft.description }),
      ...(draft.boundary && { PermissionsBoundary: draft.boundary.arn }),
      ...(draft.tags.length > 0 && { Tags: [...draft.tags] }),
    }),
    undo: call("DeleteRole", { RoleName: name }),
  };
  const attached = draft.policies.map((policy): Change => ({
    title: words.attach(policy.name),
    call: attach(role, policy.arn),
    undo: detach(role, policy.arn),
  }));
  return [made, ...attached, ...(trustsInstances(draft.trust) ? profileOf(name) : [])];
}

function profileOf(name: string): Change[] {
  const both = { InstanceProfileName: name, RoleName: name };
  return [
    {
      title: roleChanges.createProfile(name),
      call: call("CreateInstanceProfile", { InstanceProfileName: name }),
      undo: call("DeleteInstanceProfile", { InstanceProfileName: name }),
    },
    {
      title: roleChanges.addToProfile(name),
      call: call("AddRoleToInstanceProfile", both),
      undo: call("RemoveRoleFromInstanceProfile", both),
    },
  ];
}
