/** Calls as Terraform's HCL, for the AWS provider. */

import { type Call, documentOf, fresh, isPolicyArn, type Json, type Members, membersOf, spaced, textOf } from "./call";

interface Block {
  type: string;
  id: string;
  /** Of the API, in which later calls name it. */
  name: string;
  /** Attributes as HCL expressions; a list of lines is a nested block. */
  body: Record<string, string | Record<string, string>>;
}

// Operation: resource type, and the member that holds the name.
const TYPES: Record<string, readonly [string, string]> = {
  CreatePolicy: ["aws_iam_policy", "PolicyName"],
  CreateRole: ["aws_iam_role", "RoleName"],
  CreateInstanceProfile: ["aws_iam_instance_profile", "InstanceProfileName"],
  CreateUser: ["aws_iam_user", "UserName"],
  CreateGroup: ["aws_iam_group", "GroupName"],
  CreateRepository: ["aws_ecr_repository", "repositoryName"],
};
const RENAMED: Record<string, string> = {
  PolicyDocument: "policy",
  AssumeRolePolicyDocument: "assume_role_policy",
  Tags: "tags",
};

/** A call that has no resource stays as a comment, which `missing` makes. */
export function asTerraform(calls: readonly Call[], missing: (operation: string) => string): string {
  const blocks: Block[] = [];
  const left = calls.filter((call) => !created(call, blocks) && !added(call, blocks));
  return [...left.map((call) => `${missing(call.operation)}\n`), blocks.map(written).join("\n")].join("");
}

function created(call: Call, blocks: Block[]): boolean {
  const found = TYPES[call.operation];
  if (!found) return false;
  const [type, nameMember] = found;
  const members = membersOf(call);
  const block = made(blocks, type, textOf(members[nameMember]));
  for (const [name, value] of Object.entries(members)) {
    const attribute = name === nameMember ? "name" : (RENAMED[name] ?? spaced(name, "_"));
    if (attribute === "tags") block.body.tags = tags(value);
    else if (name.endsWith("Document")) block.body[attribute] = jsonencode(value);
    else if (isObject(value)) block.body[attribute] = nested(value);
    else block.body[attribute] = hcl(value, "  ");
  }
  return true;
}

function added(call: Call, blocks: Block[]): boolean {
  const members = membersOf(call);
  const owner = /^(?:Attach|Put)(Role|User|Group)Policy$/.exec(call.operation)?.[1];
  if (owner !== undefined) {
    const kind = owner.toLowerCase();
    const holder = reference(blocks, `aws_iam_${kind}`, textOf(members[`${owner}Name`]), "name");
    const isAttached = call.operation.startsWith("Attach");
    const name = `${textOf(members[`${owner}Name`])}_${textOf(isAttached ? members.PolicyArn : members.PolicyName).replace(/^.*\//, "")}`;
    const block = made(blocks, isAttached ? `aws_iam_${kind}_policy_attachment` : `aws_iam_${kind}_policy`, name);
    if (isAttached) block.body = { [kind]: holder, policy_arn: policyArn(blocks, textOf(members.PolicyArn)) };
    else block.body = { name: hcl(members.PolicyName ?? "", ""), [kind]: holder, policy: jsonencode(members.PolicyDocument) };
    return true;
  }
  const repository = reference(blocks, "aws_ecr_repository", textOf(members.repositoryName), "name");
  switch (call.operation) {
    case "AddRoleToInstanceProfile": {
      const profile = found(blocks, "aws_iam_instance_profile", textOf(members.InstanceProfileName));
      if (profile) profile.body.role = reference(blocks, "aws_iam_role", textOf(members.RoleName), "name");
      return profile !== undefined;
    }
    case "AddUserToGroup":
      made(blocks, "aws_iam_user_group_membership", `${textOf(members.UserName)}_${textOf(members.GroupName)}`).body = {
        user: reference(blocks, "aws_iam_user", textOf(members.UserName), "name"),
        groups: `[${reference(blocks, "aws_iam_group", textOf(members.GroupName), "name")}]`,
      };
      return true;
    case "CreateAccessKey":
      made(blocks, "aws_iam_access_key", textOf(members.UserName)).body = {
        user: reference(blocks, "aws_iam_user", textOf(members.UserName), "name"),
      };
      return true;
    case "SetRepositoryPolicy":
      made(blocks, "aws_ecr_repository_policy", textOf(members.repositoryName)).body = {
        repository,
        policy: jsonencode(members.policyText),
      };
      return true;
    case "PutLifecyclePolicy":
      made(blocks, "aws_ecr_lifecycle_policy", textOf(members.repositoryName)).body = {
        repository,
        policy: jsonencode(members.lifecyclePolicyText),
      };
      return true;
    default:
      return false;
  }
}

function made(blocks: Block[], type: string, name: string): Block {
  const taken = new Set(blocks.filter((one) => one.type === type).map((one) => one.id));
  const block: Block = { type, id: fresh(label(name), taken), name, body: {} };
  blocks.push(block);
  return block;
}

/** Of letters, digits, _ and -, and a letter or _ first. */
function label(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, "_").replace(/^(?![A-Za-z_])/, "_");
}

function found(blocks: readonly Block[], type: string, name: string): Block | undefined {
  return blocks.find((one) => one.type === type && one.name === name);
}

/** The attribute of a resource that is made here, so that Terraform knows the order; else the name itself. */
function reference(blocks: readonly Block[], type: string, name: string, attribute: string): string {
  const block = found(blocks, type, name);
  return block ? `${type}.${block.id}.${attribute}` : hcl(name, "");
}

function policyArn(blocks: readonly Block[], arn: string): string {
  const block = blocks.find((one) => one.type === "aws_iam_policy" && isPolicyArn(arn, one.name));
  return block ? `aws_iam_policy.${block.id}.arn` : hcl(arn, "");
}

function tags(value: Json): string {
  const pairs = Array.isArray(value) ? value.filter(isObject) : [];
  return hcl(Object.fromEntries(pairs.map((tag) => [textOf(tag.Key), tag.Value ?? ""])), "  ");
}

function nested(value: Members): Record<string, string> {
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [spaced(name, "_"), hcl(one, "    ")]));
}

function jsonencode(text: Json | undefined): string {
  return `jsonencode(${hcl(documentOf(text), "  ")})`;
}

function hcl(value: Json, indent: string): string {
  if (typeof value === "string") return quoted(value);
  if (value === null || typeof value !== "object") return String(value);
  const inner = `${indent}  `;
  const lines = Array.isArray(value)
    ? value.map((one) => `${inner}${hcl(one, inner)},\n`)
    : Object.entries(value).map(([name, one]) => `${inner}${quoted(name)} = ${hcl(one, inner)}\n`);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return lines.length === 0 ? open + close : `${open}\n${lines.join("")}${indent}${close}`;
}

/** HCL's templates begin with `${` and `%{`, and it knows neither \b nor \f. */
function quoted(text: string): string {
  const json = JSON.stringify(text).replace(/\\(\\|b|f)/g, (all, one) =>
    one === "b" ? "\\u0008" : one === "f" ? "\\u000c" : all,
  );
  return json.replace(/([$%])\{/g, "$1$1{");
}

function isObject(value: Json): value is Members {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function written({ type, id, body }: Block): string {
  const lines = Object.entries(body).map(([name, value]) =>
    typeof value === "string"
      ? `  ${name} = ${value}\n`
      : `  ${name} {\n${Object.entries(value).map(([inner, one]) => `    ${inner} = ${one}\n`).join("")}  }\n`,
  );
  return `resource "${type}" "${id}" {\n${lines.join("")}}\n`;
}
