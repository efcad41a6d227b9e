/** English of the roles' pages, with the labels that AWS's console uses. */

import { pages } from "./pages";

export const roles = {
  create: pages.iam.createRole,
  creating: (name: string) => `Creating ${name}`,
  created: (name: string) => `The role ${name} was created.`,
  steps: { trust: "Select trusted entity", permissions: "Add permissions", review: "Name, review, and create" },
  roleName: "Role name",
  roleNameHint: "Enter a meaningful name to identify this role.",
  roleNameRule: "Maximum 64 characters. Use letters, digits and +=,.@-_",
  description: "Description",
  descriptionHint: "Add a short explanation for this role.",
  descriptionRule: "Maximum 1000 characters.",
  details: "Role details",
  trustPolicy: "Trust policy",
  stepOne: "Step 1: Select trusted entities",
  stepTwo: "Step 2: Add permissions",
  stepThree: "Step 3: Add tags",
  edit: "Edit",
  summary: "Permissions policy summary",
  noPolicies: "No policy is chosen: the role will be allowed nothing.",
  profileToo: "An instance profile of the same name is made too: through it an EC2 instance takes on the role.",
};

export const trust = {
  type: "Trusted entity type",
  types: {
    service: "AWS service",
    account: "AWS account",
    web: "Web identity",
    custom: "Custom trust policy",
  },
  typeHints: {
    service: "Allow AWS services like EC2, Lambda, or others to perform actions in this account.",
    account: "Allow entities in other AWS accounts belonging to you or a 3rd party to perform actions in this account.",
    web: "Allow users federated by the specified external web identity provider to assume this role.",
    custom: "Create a custom trust policy to enable others to perform actions in this account.",
  },
  useCaseTitle: "Use case",
  useCaseHint: "Allow an AWS service like EC2, Lambda, or others to perform actions in this account.",
  service: "Service or use case",
  chooseService: "Choose a service or use case",
  findService: "Find services",
  useCaseLabel: "Choose a use case for the specified service.",
  account: "An AWS account",
  accountHint: "Entities in the account can assume this role, as far as their own policies allow it.",
  thisAccount: (account: string) => `This account (${account})`,
  anotherAccount: "Another AWS account",
  accountId: "Account ID",
  accountIdHint: "Identifier of the account that can use this role. It is a 12-digit number.",
  options: "Options",
  requireExternalId: "Require external ID (Best practice when a third party will assume this role)",
  externalId: "External ID",
  requireMfa: "Require MFA",
  requireMfaHint: "Requires that the assuming entity use multi-factor authentication.",
  web: "Web identity",
  webHint: "This server keeps such a role but hands out no session for it: AssumeRoleWithWebIdentity is not implemented.",
  provider: "Identity provider",
  chooseProvider: "Choose a provider",
  providers: {
    "cognito-identity.amazonaws.com": "Amazon Cognito",
    "www.amazon.com": "Login with Amazon",
    "graph.facebook.com": "Facebook",
    "accounts.google.com": "Google",
  } as Record<string, string>,
  audience: "Audience",
  custom: "Custom trust policy",
  faults: {
    useCase: "Choose a service or use case.",
    accountId: "An account ID has 12 digits.",
    externalId: "2 to 1224 letters, digits or +=,.@:/-_",
    provider: "Choose the identity provider.",
    audience: "Name the audience.",
    custom: "This is not JSON.",
  },
};

export const services: Record<string, string> = {
  ec2: "EC2",
  lambda: "Lambda",
  ecs: "Elastic Container Service",
  eks: "EKS",
  codebuild: "CodeBuild",
  codepipeline: "CodePipeline",
  apprunner: "App Runner",
  batch: "Batch",
  sagemaker: "SageMaker",
};

export const useCases: Record<string, { name: string; hint: string }> = {
  ec2: { name: "EC2", hint: "Allows EC2 instances to call AWS services on your behalf." },
  lambda: { name: "Lambda", hint: "Allows Lambda functions to call AWS services on your behalf." },
  "ecs-tasks": {
    name: "Elastic Container Service Task",
    hint: "Allows ECS tasks to call AWS services on your behalf.",
  },
  ecs: { name: "Elastic Container Service", hint: "Allows ECS to create and manage AWS resources on your behalf." },
  "ecs-ec2": {
    name: "EC2 Role for Elastic Container Service",
    hint: "Allows EC2 instances in an ECS cluster to access ECS.",
  },
  "eks-pods": { name: "EKS - Pod Identity", hint: "Allows pods in an EKS cluster to call AWS services on your behalf." },
  eks: { name: "EKS - Cluster", hint: "Allows an EKS cluster's control plane to manage AWS resources on your behalf." },
  codebuild: { name: "CodeBuild", hint: "Allows CodeBuild to call AWS services on your behalf." },
  codepipeline: { name: "CodePipeline", hint: "Allows CodePipeline to call AWS services on your behalf." },
  apprunner: { name: "App Runner - ECR access", hint: "Allows App Runner to pull private images on your behalf." },
  batch: { name: "Batch", hint: "Allows Batch to create and manage AWS resources on your behalf." },
  sagemaker: { name: "SageMaker", hint: "Allows SageMaker to pull images and to call AWS services on your behalf." },
};

export const role = {
  summary: "Summary",
  created: "Creation date",
  lastActivity: "Last activity",
  never: "Never",
  maxSession: "Maximum session duration",
  hours: (seconds: number) => {
    const hours = seconds / 3600;
    return hours === 1 ? "1 hour" : `${Number.isInteger(hours) ? hours : hours.toFixed(2)} hours`;
  },
  profiles: "Instance profiles",
  switchTo: "Switch to this role",
  none: "None",
  delete: "Delete",
  edit: "Edit",
  editTitle: (name: string) => `Edit ${name}`,
  maxSessionHint: "In seconds, from 3600 (1 hour) to 43200 (12 hours).",
  maxSessionFault: "A whole number from 3600 to 43200.",
  updated: "The role was updated.",
  deleteWarning:
    "Workloads that run with this role lose what it allows at once. Its policies are detached, its inline policies and its instance profile of the same name are deleted.",
  deleting: (name: string) => `Deleting ${name}`,
  deleted: (name: string) => `The role ${name} was deleted.`,
  tabs: {
    permissions: "Permissions",
    trust: "Trust relationships",
    tags: "Tags",
    revoke: "Revoke sessions",
  },
  trustedEntities: "Trusted entities",
  trustedHint: "Entities that can assume this role under specified conditions.",
  editTrust: "Edit trust policy",
  updateTrust: "Update policy",
  trustSaved: "The trust policy was updated.",
  revoke: "Revoke active sessions",
  revokeTitle: (name: string) => `Revoke all active sessions of ${name}?`,
  revokeHint:
    "Denies everything to sessions that were issued before this moment, by an inline policy named AWSRevokeOlderSessions. Whoever takes on the role afterwards is not affected.",
  revoked: "All sessions issued so far are revoked.",
  revokedBefore: (at: string) => `Sessions issued before ${at} are denied everything.`,
};

export const roleChanges = {
  create: (name: string) => `Create role ${name}`,
  delete: (name: string) => `Delete role ${name}`,
  createProfile: (name: string) => `Create instance profile ${name}`,
  deleteProfile: (name: string) => `Delete instance profile ${name}`,
  addToProfile: (name: string) => `Add the role to instance profile ${name}`,
  removeFromProfile: (name: string) => `Remove the role from instance profile ${name}`,
};
