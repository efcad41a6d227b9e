/** Makes the calls that `calls.ts` describes. */

import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateInstanceProfileCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteInstanceProfileCommand,
  DeleteLoginProfileCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DeleteUserCommand,
  DeleteUserPermissionsBoundaryCommand,
  DeleteUserPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
  SetDefaultPolicyVersionCommand,
  TagInstanceProfileCommand,
  TagPolicyCommand,
  TagRoleCommand,
  TagUserCommand,
  UntagInstanceProfileCommand,
  UntagPolicyCommand,
  UntagRoleCommand,
  UntagUserCommand,
  UpdateAccessKeyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateLoginProfileCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";
import type { Step } from "../../parts/steps";
import { iam } from "../../session/sdk";
import type { Call, Change } from "./calls";

const COMMANDS = {
  AddRoleToInstanceProfile: AddRoleToInstanceProfileCommand,
  AttachRolePolicy: AttachRolePolicyCommand,
  AttachUserPolicy: AttachUserPolicyCommand,
  CreateAccessKey: CreateAccessKeyCommand,
  CreateInstanceProfile: CreateInstanceProfileCommand,
  CreateLoginProfile: CreateLoginProfileCommand,
  CreatePolicy: CreatePolicyCommand,
  CreatePolicyVersion: CreatePolicyVersionCommand,
  CreateRole: CreateRoleCommand,
  CreateUser: CreateUserCommand,
  DeleteAccessKey: DeleteAccessKeyCommand,
  DeleteInstanceProfile: DeleteInstanceProfileCommand,
  DeleteLoginProfile: DeleteLoginProfileCommand,
  DeletePolicy: DeletePolicyCommand,
  DeletePolicyVersion: DeletePolicyVersionCommand,
  DeleteRole: DeleteRoleCommand,
  DeleteRolePermissionsBoundary: DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicy: DeleteRolePolicyCommand,
  DeleteUser: DeleteUserCommand,
  DeleteUserPermissionsBoundary: DeleteUserPermissionsBoundaryCommand,
  DeleteUserPolicy: DeleteUserPolicyCommand,
  DetachRolePolicy: DetachRolePolicyCommand,
  DetachUserPolicy: DetachUserPolicyCommand,
  PutRolePermissionsBoundary: PutRolePermissionsBoundaryCommand,
  PutRolePolicy: PutRolePolicyCommand,
  PutUserPermissionsBoundary: PutUserPermissionsBoundaryCommand,
  PutUserPolicy: PutUserPolicyCommand,
  RemoveRoleFromInstanceProfile: RemoveRoleFromInstanceProfileCommand,
  SetDefaultPolicyVersion: SetDefaultPolicyVersionCommand,
  TagInstanceProfile: TagInstanceProfileCommand,
  TagPolicy: TagPolicyCommand,
  TagRole: TagRoleCommand,
  TagUser: TagUserCommand,
  UntagInstanceProfile: UntagInstanceProfileCommand,
  UntagPolicy: UntagPolicyCommand,
  UntagRole: UntagRoleCommand,
  UntagUser: UntagUserCommand,
  UpdateAccessKey: UpdateAccessKeyCommand,
  UpdateAssumeRolePolicy: UpdateAssumeRolePolicyCommand,
  UpdateLoginProfile: UpdateLoginProfileCommand,
  UpdateRole: UpdateRoleCommand,
};

export type Operation = keyof typeof COMMANDS;
export type InputOf<O extends Operation> = ConstructorParameters<(typeof COMMANDS)[O]>[0];

export async function run({ operation, input }: Call): Promise<unknown> {
  const Command = COMMANDS[operation] as unknown as new (input: Record<string, unknown>) => CreateRoleCommand;
  return iam().send(new Command(input));
}

/** `answered` hears what the server answered to each call that is made. */
export function asSteps(changes: readonly Change[], answered?: (made: Call, answer: unknown) => void): Step[] {
  return changes.map(({ title, call: made, undo, lasting }) => ({
    title,
    run: async () => {
      const answer = await run(made);
      answered?.(made, answer);
    },
    ...(undo && { undo: () => run(undo) }),
    ...(lasting && { lasting }),
  }));
}
