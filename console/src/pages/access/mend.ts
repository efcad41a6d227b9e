/** The calls that make a change: what IAM or ECR is asked, step by step. */

import {
  GetRegistryPolicyCommand,
  GetRepositoryPolicyCommand,
  SetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  paginateListPolicyVersions,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAssumeRolePolicyCommand,
  type PolicyVersion,
} from "@aws-sdk/client-iam";
import type { Step } from "../../parts/steps";
import { ecr, iam } from "../../session/sdk";
import { apply as words } from "../../strings/access";
import { changed, documentOf, type Owner, type Repository, type Target } from "./change";
import type { Change, Decision, Statement } from "./types";

/** IAM keeps so many versions of a policy (IAM quotas). */
const VERSIONS = 5;

export interface Plan {
  /** None: the change is made already. */
  steps: Step[];
  /** The version that has to go first; whoever applies it is asked. */
  deletes?: string;
}

/** Reads what stands there now and says what is to be done. Throws `Moved`, and what the server refuses. */
export async function planned(decision: Decision, change: Change, target: Target): Promise<Plan> {
  const recorded = decision.policies.find(({ uri, type }) => uri === change.policy && type === change.type)?.document;
  const made = (current: string) => changed(current, recorded ?? current, change);
  switch (target.kind) {
    case "managed":
      return ofManaged(target.arn, made);
    case "inline":
      return ofInline(target.owner, target.name, made);
    case "repository":
      return ofRepository(target.of, change, made);
    case "trust":
      return ofTrust(target.role, made);
    default:
      throw new Error(`nothing can be applied to ${target.kind}`);
  }
}

/** A policy of its own with this one statement, attached to whoever asked. */
export function ofNew(owner: Owner, name: string, statement: Statement): Plan {
  const account = owner.arn.split(":")[4] ?? "";
  const PolicyArn = `arn:aws:iam::${account}:policy/${name}`;
  const where = { ...ownerOf(owner), PolicyArn };
  const isRole = owner.kind === "role";
  return {
    steps: [
      {
        title: words.createPolicy(name),
        run: () => iam().send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument: documentOf(statement) })),
        undo: () => iam().send(new DeletePolicyCommand({ PolicyArn })),
      },
      {
        title: words.attach(name, owner.name),
        run: () =>
          isRole ? iam().send(new AttachRolePolicyCommand(where)) : iam().send(new AttachUserPolicyCommand(where)),
        undo: () =>
          isRole ? iam().send(new DetachRolePolicyCommand(where)) : iam().send(new DetachUserPolicyCommand(where)),
      },
    ],
  };
}

type Made = (current: string) => string | undefined;

async function ofManaged(PolicyArn: string, made: Made): Promise<Plan> {
  const versions: PolicyVersion[] = [];
  for await (const page of paginateListPolicyVersions({ client: iam() }, { PolicyArn })) {
    versions.push(...(page.Versions ?? []));
  }
  const current = versions.find(({ IsDefaultVersion: isDefault }) => isDefault)?.VersionId;
  const answer = await iam().send(new GetPolicyVersionCommand({ PolicyArn, VersionId: current }));
  const document = made(decodeURIComponent(answer.PolicyVersion?.Document ?? ""));
  if (document === undefined) return { steps: [] };
  const create: Step = {
    title: words.createVersion(PolicyArn),
    run: () => iam().send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: document, SetAsDefault: true })),
  };
  const oldest = versions.filter(({ IsDefaultVersion: isDefault }) => !isDefault).sort(byAge)[0]?.VersionId;
  if (versions.length < VERSIONS || oldest === undefined) return { steps: [create] };
  const remove: Step = {
    title: words.deleteVersion(oldest),
    run: () => iam().send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: oldest })),
  };
  return { steps: [remove, create], deletes: oldest };
}

function byAge(one: PolicyVersion, other: PolicyVersion): number {
  return Number(one.VersionId?.slice(1)) - Number(other.VersionId?.slice(1));
}

async function ofInline(owner: Owner, PolicyName: string, made: Made): Promise<Plan> {
  const where = { ...ownerOf(owner), PolicyName };
  const isRole = owner.kind === "role";
  const answer = isRole
    ? await iam().send(new GetRolePolicyCommand(where))
    : await iam().send(new GetUserPolicyCommand(where));
  const text = made(decodeURIComponent(answer.PolicyDocument ?? ""));
  return ofText(text, words.putInline(PolicyName, owner.name), (PolicyDocument) =>
    isRole
      ? iam().send(new PutRolePolicyCommand({ ...where, PolicyDocument }))
      : iam().send(new PutUserPolicyCommand({ ...where, PolicyDocument })),
  );
}

async function ofRepository(of: Repository, change: Change, made: Made): Promise<Plan> {
  const before = await repositoryPolicy(of);
  const text = before === undefined ? documentOf(change.statement ?? {}) : made(before);
  return ofText(text, words.setRepository(of.name), (policyText) =>
    ecr(of.region).send(new SetRepositoryPolicyCommand({ ...named(of), policyText })),
  );
}

async function ofTrust(RoleName: string, made: Made): Promise<Plan> {
  return ofText(made(await trustPolicy(RoleName)), words.updateTrust(RoleName), (PolicyDocument) =>
    iam().send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument })),
  );
}

function ofText(text: string | undefined, title: string, send: (text: string) => Promise<unknown>): Plan {
  return { steps: text === undefined ? [] : [{ title, run: () => send(text) }] };
}

/** Each command takes the one of the two that is its own. */
function ownerOf(owner: Owner): { RoleName: string; UserName: string } {
  return { RoleName: owner.name, UserName: owner.name };
}

/** undefined where there is none. */
export function repositoryPolicy(of: Repository): Promise<string | undefined> {
  return orNone(["RepositoryPolicyNotFoundException", "RepositoryNotFoundException"], async () => {
    const answer = await ecr(of.region).send(new GetRepositoryPolicyCommand(named(of)));
    return answer.policyText;
  });
}

function named({ registry, name }: Repository): { registryId: string; repositoryName: string } {
  return { registryId: registry, repositoryName: name };
}

/** Of the caller's own registry in that region; undefined where there is none. */
export function registryPolicy(region: string): Promise<string | undefined> {
  return orNone(["RegistryPolicyNotFoundException"], async () => {
    const answer = await ecr(region).send(new GetRegistryPolicyCommand({}));
    return answer.policyText;
  });
}

export async function trustPolicy(RoleName: string): Promise<string> {
  const answer = await iam().send(new GetRoleCommand({ RoleName }));
  return decodeURIComponent(answer.Role?.AssumeRolePolicyDocument ?? "");
}

async function orNone(names: readonly string[], read: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Error && names.includes(error.name)) return undefined;
    throw error;
  }
}
