/** From the choices of *Select trusted entity* to the trust policy that they mean. */

import { isJson } from "../../../parts/isJson";

export type EntityType = "service" | "account" | "web" | "custom";

export interface TrustChoice {
  type: EntityType;
  /** The id of a use case; empty while none is chosen. */
  useCase: string;
  otherAccount: boolean;
  accountId: string;
  requireExternalId: boolean;
  externalId: string;
  requireMfa: boolean;
  /** One of `PROVIDERS`. */
  provider: string;
  audience: string;
  /** The text of a custom trust policy. */
  custom: string;
}

export type TrustFault = "useCase" | "accountId" | "externalId" | "provider" | "audience" | "custom";

interface UseCase {
  id: string;
  /** The service it is listed under; `useCase.services` of the strings has its name. */
  service: string;
  principal: string;
  /** Beyond sts:AssumeRole. */
  actions?: readonly string[];
}

/** In the order of AWS's list; `useCases` of the strings has their names. */
export const USE_CASES: readonly UseCase[] = [
  { id: "ec2", service: "ec2", principal: "ec2.amazonaws.com" },
  { id: "lambda", service: "lambda", principal: "lambda.amazonaws.com" },
  { id: "ecs-tasks", service: "ecs", principal: "ecs-tasks.amazonaws.com" },
  { id: "ecs", service: "ecs", principal: "ecs.amazonaws.com" },
  { id: "ecs-ec2", service: "ecs", principal: "ec2.amazonaws.com" },
  { id: "eks-pods", service: "eks", principal: "pods.eks.amazonaws.com", actions: ["sts:TagSession"] },
  { id: "eks", service: "eks", principal: "eks.amazonaws.com" },
  { id: "codebuild", service: "codebuild", principal: "codebuild.amazonaws.com" },
  { id: "codepipeline", service: "codepipeline", principal: "codepipeline.amazonaws.com" },
  { id: "apprunner", service: "apprunner", principal: "build.apprunner.amazonaws.com" },
  { id: "batch", service: "batch", principal: "batch.amazonaws.com" },
  { id: "sagemaker", service: "sagemaker", principal: "sagemaker.amazonaws.com" },
];
export const SERVICES: readonly string[] = [...new Set(USE_CASES.map((useCase) => useCase.service))];

/** Those that IAM knows without their being registered, and the condition key that holds the audience. */
export const PROVIDERS: readonly { host: string; key: string }[] = [
  { host: "cognito-identity.amazonaws.com", key: "aud" },
  { host: "www.amazon.com", key: "app_id" },
  { host: "graph.facebook.com", key: "app_id" },
  { host: "accounts.google.com", key: "aud" },
];

export const NO_TRUST: TrustChoice = {
  type: "service",
  useCase: "",
  otherAccount: false,
  accountId: "",
  requireExternalId: false,
  externalId: "",
  requireMfa: false,
  provider: "",
  audience: "",
  custom: written({ Effect: "Allow", Principal: {}, Action: "sts:AssumeRole" }),
};

/** The document's JSON text. `account` is the caller's. */
export function trustDocument(choice: TrustChoice, account: string): string {
  switch (choice.type) {
    case "service":
      return serviceTrust(choice.useCase);
    case "account":
      return accountTrust(choice, account);
    case "web":
      return webTrust(choice);
    case "custom":
      return choice.custom;
  }
}

/** What still has to be filled in or mended; the server judges the rest. */
export function trustFaults(choice: TrustChoice): TrustFault[] {
  const faults: Record<EntityType, [TrustFault, boolean][]> = {
    service: [["useCase", !choice.useCase]],
    account: [
      ["accountId", choice.otherAccount && !/^\d{12}$/.test(choice.accountId)],
      ["externalId", choice.requireExternalId && !/^[\w+=,.@:/-]{2,1224}$/.test(choice.externalId)],
    ],
    web: [
      ["provider", !choice.provider],
      ["audience", !choice.audience.trim()],
    ],
    custom: [["custom", !isJson(choice.custom)]],
  };
  return faults[choice.type].filter(([, isFault]) => isFault).map(([fault]) => fault);
}

/** Whether EC2 takes on this role, which needs an instance profile for it. */
export function trustsInstances(choice: TrustChoice): boolean {
  return choice.type === "service" && caseOf(choice.useCase)?.principal === "ec2.amazonaws.com";
}

function serviceTrust(id: string): string {
  const useCase = caseOf(id);
  return written({
    Effect: "Allow",
    Action: ["sts:AssumeRole", ...(useCase?.actions ?? [])],
    Principal: { Service: useCase ? [useCase.principal] : [] },
  });
}

function accountTrust(choice: TrustChoice, account: string): string {
  const trusted = choice.otherAccount ? choice.accountId : account;
  const conditions = {
    ...(choice.requireExternalId && { StringEquals: { "sts:ExternalId": choice.externalId } }),
    ...(choice.requireMfa && { Bool: { "aws:MultiFactorAuthPresent": "true" } }),
  };
  return written({
    Effect: "Allow",
    Action: "sts:AssumeRole",
    Principal: { AWS: `arn:aws:iam::${trusted}:root` },
    ...(Object.keys(conditions).length > 0 && { Condition: conditions }),
  });
}

function webTrust({ provider, audience }: TrustChoice): string {
  const key = PROVIDERS.find(({ host }) => host === provider)?.key ?? "aud";
  return written({
    Effect: "Allow",
    Action: "sts:AssumeRoleWithWebIdentity",
    Principal: { Federated: provider },
    Condition: { StringEquals: { [`${provider}:${key}`]: audience.trim() } },
  });
}

function caseOf(id: string): UseCase | undefined {
  return USE_CASES.find((useCase) => useCase.id === id);
}

function written(statement: object): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] }, null, 4);
}
