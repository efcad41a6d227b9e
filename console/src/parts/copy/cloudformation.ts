/** Calls as a CloudFormation template in YAML. */

import { type Call, documentOf, fresh, isPolicyArn, type Json, type Members, membersOf, textOf } from "./call";
import { yaml } from "./yaml";

interface Resource {
  id: string;
  operation: string;
  /** Of the API, in which later calls name it. */
  name: string;
  Type: string;
  Properties: Members;
}

// Operation: resource type, and the member that holds the name.
const TYPES: Record<string, readonly [string, string]> = {
  CreatePolicy: ["AWS::IAM::ManagedPolicy", "PolicyName"],
  CreateRole: ["AWS::IAM::Role", "RoleName"],
  CreateInstanceProfile: ["AWS::IAM::InstanceProfile", "InstanceProfileName"],
  CreateUser: ["AWS::IAM::User", "UserName"],
  CreateGroup: ["AWS::IAM::Group", "GroupName"],
  CreateRepository: ["AWS::ECR::Repository", "repositoryName"],
};

/** A call that no template can hold stays as a comment, which `missing` makes. */
export function asCloudFormation(calls: readonly Call[], missing: (operation: string) => string): string {
  const resources: Resource[] = [];
  const left = calls.filter((call) => !created(call, resources) && !added(call, resources));
  const template = {
    AWSTemplateFormatVersion: "2010-09-09",
    Resources: Object.fromEntries(resources.map(({ id, Type, Properties }) => [id, { Type, Properties }])),
  };
  return [...left.map((call) => `${missing(call.operation)}\n`), yaml(template)].join("");
}

function created(call: Call, resources: Resource[]): boolean {
  const found = TYPES[call.operation];
  if (!found) return false;
  const [type, nameMember] = found;
  const members = membersOf(call);
  const name = textOf(members[nameMember]);
  const id = fresh(
    (type.split("::")[2] ?? "") + name.replace(/[^A-Za-z0-9]/g, ""),
    new Set(resources.map((one) => one.id)),
  );
  resources.push({ id, operation: call.operation, name, Type: type, Properties: properties(call.operation, members) });
  return true;
}

function properties(operation: string, members: Members): Members {
  const made: Members = {};
  for (const [name, value] of Object.entries(members)) {
    const property = operation === "CreatePolicy" && name === "PolicyName" ? "ManagedPolicyName" : capital(name);
    made[property] = name.endsWith("PolicyDocument") ? documentOf(value) : capitals(value);
  }
  return made;
}

function added(call: Call, resources: Resource[]): boolean {
  const members = membersOf(call);
  const of = (operation: string, name: Json | undefined) =>
    resources.find((one) => one.operation === operation && one.name === name);
  const holder =
    of("CreateRole", members.RoleName) ?? of("CreateUser", members.UserName) ?? of("CreateGroup", members.GroupName);
  const repository = of("CreateRepository", members.repositoryName);
  switch (call.operation) {
    case "AttachRolePolicy":
    case "AttachUserPolicy":
    case "AttachGroupPolicy": {
      const arn = textOf(members.PolicyArn);
      const policy = resources.find((one) => one.operation === "CreatePolicy" && isPolicyArn(arn, one.name));
      return put(holder, "ManagedPolicyArns", policy ? { Ref: policy.id } : arn);
    }
    case "PutRolePolicy":
    case "PutUserPolicy":
    case "PutGroupPolicy":
      return put(holder, "Policies", {
        PolicyName: members.PolicyName ?? "",
        PolicyDocument: documentOf(members.PolicyDocument),
      });
    case "AddRoleToInstanceProfile": {
      const profile = of("CreateInstanceProfile", members.InstanceProfileName);
      return put(profile, "Roles", holder ? { Ref: holder.id } : members.RoleName);
    }
    case "AddUserToGroup": {
      const group = of("CreateGroup", members.GroupName);
      return put(of("CreateUser", members.UserName), "Groups", group ? { Ref: group.id } : members.GroupName);
    }
    case "SetRepositoryPolicy":
      if (repository) repository.Properties.RepositoryPolicyText = documentOf(members.policyText);
      return repository !== undefined;
    case "PutLifecyclePolicy":
      if (repository) repository.Properties.LifecyclePolicy = { LifecyclePolicyText: members.lifecyclePolicyText ?? "" };
      return repository !== undefined;
    default:
      return false;
  }
}

/** Adds to the list; whether there is a resource that has it. */
function put(resource: Resource | undefined, list: string, item: Json | undefined): boolean {
  if (!resource || item === undefined) return false;
  const before = resource.Properties[list];
  resource.Properties[list] = [...(Array.isArray(before) ? before : []), item];
  return true;
}

/** ECR's API writes its members small, CloudFormation large. */
function capitals(value: Json): Json {
  if (Array.isArray(value)) return value.map(capitals);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [capital(name), capitals(one)]));
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
