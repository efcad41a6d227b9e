/** The policies of repositories and of the registry, as ECR reads and writes them. */

import {
  DeleteRegistryPolicyCommand,
  DeleteRepositoryPolicyCommand,
  GetRegistryPolicyCommand,
  GetRepositoryPolicyCommand,
  PutRegistryPolicyCommand,
  SetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import { failureOf } from "../../../api/failure";
import { accountOf, current } from "../../../session/session";
import { ecr as client } from "../../../session/sdk";
import { ecr } from "../../../strings/ecr";
import type { HeldPolicy } from "./PolicyEditor";

const PULL = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

export function repositoryPolicy(repositoryName: string): HeldPolicy {
  return {
    kind: "repository",
    read: () => textOr(client().send(new GetRepositoryPolicyCommand({ repositoryName })), "RepositoryPolicyNotFoundException"),
    write: async (policyText) => {
      await client().send(new SetRepositoryPolicyCommand({ repositoryName, policyText }));
    },
    remove: async () => {
      await client().send(new DeleteRepositoryPolicyCommand({ repositoryName }));
    },
    whenNone: ecr.policy.noneRepository,
    example: example("AllowPull", { Action: PULL }),
  };
}

export function registryPolicy(): HeldPolicy {
  const { region } = current();
  const Resource = `arn:aws:ecr:${region}:${accountOf(current())}:repository/*`;
  return {
    kind: "registry",
    read: () => textOr(client().send(new GetRegistryPolicyCommand({})), "RegistryPolicyNotFoundException"),
    write: async (policyText) => {
      await client().send(new PutRegistryPolicyCommand({ policyText }));
    },
    remove: async () => {
      await client().send(new DeleteRegistryPolicyCommand({}));
    },
    whenNone: ecr.policy.noneRegistry,
    example: example("AllowPull", { Action: PULL, Resource }),
  };
}

/** Lets the own account pull: safe as it stands, and its principal is what is to be replaced. */
function example(sid: string, statement: Record<string, unknown>): string {
  const Principal = { AWS: `arn:aws:iam::${accountOf(current())}:root` };
  const document = { Version: "2012-10-17", Statement: [{ Sid: sid, Effect: "Allow", Principal, ...statement }] };
  return JSON.stringify(document, null, 2);
}

async function textOr(answer: Promise<{ policyText?: string | undefined }>, missing: string): Promise<string | undefined> {
  try {
    return readable((await answer).policyText ?? "");
  } catch (error) {
    if (failureOf(error).code === missing) return undefined;
    throw error;
  }
}

/** With line breaks; as it is when it has some, or can't be read. */
function readable(text: string): string {
  if (text.includes("\n")) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
