import { describe, expect, test } from "vitest";
import { asBoto3 } from "./boto3";
import { type Call, spaced } from "./call";
import { asCli } from "./cli";
import { asCloudFormation } from "./cloudformation";
import { asTerraform } from "./terraform";

const DOCUMENT = '{\n  "Version": "2012-10-17",\n  "Statement": []\n}';
const TRUST = '{"Statement":[{"Condition":{"StringEquals":{"aws:PrincipalTag/team":"${aws:username}"}}}]}';
const ROLE: readonly Call[] = [
  { service: "iam", operation: "CreatePolicy", input: { PolicyName: "Read", PolicyDocument: DOCUMENT, Description: undefined } },
  {
    service: "iam",
    operation: "CreateRole",
    input: { RoleName: "app", AssumeRolePolicyDocument: TRUST, MaxSessionDuration: 3600, Tags: [{ Key: "a b", Value: "c" }] },
  },
  { service: "iam", operation: "AttachRolePolicy", input: { RoleName: "app", PolicyArn: "arn:aws:iam::1:policy/Read" } },
  { service: "iam", operation: "CreateInstanceProfile", input: { InstanceProfileName: "app" } },
  { service: "iam", operation: "AddRoleToInstanceProfile", input: { InstanceProfileName: "app", RoleName: "app" } },
];
const REPOSITORY: Call = {
  service: "ecr",
  operation: "CreateRepository",
  input: { repositoryName: "team/app", imageTagMutability: "IMMUTABLE", imageScanningConfiguration: { scanOnPush: true } },
};
const missing = (operation: string) => `# ${operation}`;

describe("names in words", () => {
  test.each([
    ["CreatePolicyVersion", "create-policy-version"],
    ["repositoryName", "repository-name"],
    ["CreateOpenIDConnectProvider", "create-open-id-connect-provider"],
    ["ListMFADevices", "list-mfa-devices"],
    ["kmsKey", "kms-key"],
  ])("%s is %s", (name, words) => expect(spaced(name, "-")).toBe(words));
});

describe("as commands", () => {
  const one = (input: object) => asCli([{ service: "iam", operation: "CreatePolicy", input }]);

  test("documents are quoted as they stand, and each command waits for the one before", () => {
    const text = asCli(ROLE);
    expect(text).toContain(`aws iam create-policy \\\n    --policy-name Read \\\n    --policy-document '${DOCUMENT}' &&\naws iam create-role`);
    expect(text).toContain(`--tags '[{"Key":"a b","Value":"c"}]'`);
    expect(text).not.toContain("--description");
  });

  test("nothing in a value is the shell's", () => {
    expect(one({ Description: "it's $HOME `x`" })).toContain(`--description 'it'"'"'s $HOME \`x\`'`);
    expect(one({ Description: "" })).toContain("--description ''");
  });

  test("nothing in a value is the CLI's", () => {
    expect(one({ Description: "-x" })).toContain("--description=-x");
    expect(one({ Description: "file:///etc/passwd" })).toContain(`--cli-input-json '{"Description":"file:///etc/passwd"}'`);
    expect(one({ SetAsDefault: true })).toContain("--set-as-default\n");
    expect(one({ SetAsDefault: false })).toContain("--no-set-as-default");
  });
});

describe("as a script", () => {
  test("it imports, makes one client for each service, and calls in order", () => {
    expect(asBoto3([...ROLE.slice(3), REPOSITORY])).toBe(
      `import boto3

iam = boto3.client("iam")
ecr = boto3.client("ecr")

iam.create_instance_profile(
    InstanceProfileName="app",
)
iam.add_role_to_instance_profile(
    InstanceProfileName="app",
    RoleName="app",
)
ecr.create_repository(
    repositoryName="team/app",
    imageTagMutability="IMMUTABLE",
    imageScanningConfiguration={
        "scanOnPush": True,
    },
)
`,
    );
  });
});

describe("as a template", () => {
  test("calls that add to a resource become its properties", () => {
    expect(asCloudFormation(ROLE, missing)).toBe(
      `AWSTemplateFormatVersion: "2010-09-09"
Resources:
  ManagedPolicyRead:
    Type: "AWS::IAM::ManagedPolicy"
    Properties:
      ManagedPolicyName: "Read"
      PolicyDocument:
        Version: "2012-10-17"
        Statement: []
  Roleapp:
    Type: "AWS::IAM::Role"
    Properties:
      RoleName: "app"
      AssumeRolePolicyDocument:
        Statement:
          - Condition:
              StringEquals:
                "aws:PrincipalTag/team": "\${aws:username}"
      MaxSessionDuration: 3600
      Tags:
        - Key: "a b"
          Value: "c"
      ManagedPolicyArns:
        - Ref: "ManagedPolicyRead"
  InstanceProfileapp:
    Type: "AWS::IAM::InstanceProfile"
    Properties:
      InstanceProfileName: "app"
      Roles:
        - Ref: "Roleapp"
`,
    );
  });

  test("ECR's members are capital letters there", () => {
    expect(asCloudFormation([REPOSITORY], missing)).toContain('ImageScanningConfiguration:\n        ScanOnPush: true\n');
  });

  test("what it can't hold is told", () => {
    expect(asCloudFormation([{ service: "iam", operation: "TagPolicy", input: {} }], missing)).toMatch(/^# TagPolicy\n/);
    expect(asCloudFormation(ROLE.slice(2, 3), missing)).toMatch(/^# AttachRolePolicy\n/);
  });
});

describe("as Terraform", () => {
  test("resources refer to those that are made with them", () => {
    const text = asTerraform(ROLE, missing);
    expect(text).toContain(`resource "aws_iam_role_policy_attachment" "app_Read" {
  role = aws_iam_role.app.name
  policy_arn = aws_iam_policy.Read.arn
}`);
    expect(text).toContain('resource "aws_iam_instance_profile" "app" {\n  name = "app"\n  role = aws_iam_role.app.name\n}');
    expect(asTerraform(ROLE.slice(2, 3), missing)).toContain('policy_arn = "arn:aws:iam::1:policy/Read"');
  });

  test("policy variables are no templates of its own", () => {
    expect(asTerraform(ROLE, missing)).toContain('"aws:PrincipalTag/team" = "$${aws:username}"');
  });

  test("a structure is a block, tags are a map", () => {
    expect(asTerraform([REPOSITORY], missing)).toContain("  image_scanning_configuration {\n    scan_on_push = true\n  }\n");
    expect(asTerraform(ROLE, missing)).toContain('  tags = {\n    "a b" = "c"\n  }\n');
  });
});
