import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isFaithful } from "./faithful";
import { EMPTY, NEW, type Permission, type Visual } from "./model";
import { servicesIn, toVisual } from "./read";
import { anyIn, filled, partsOf, type Service, starOnlyOf, taken, typesFor } from "./catalogue";
import { gapOf, toText } from "./write";

const ACCOUNT = "123456789012";
const ARN = "arn:${Partition}:ecr:${Region}:${Account}:repository/${RepositoryName}";
const ECR: Service = {
  service: "ecr",
  actions: ["BatchGetImage", "DescribeImages", "DescribeRepositories", "ListImages"]
    .map((name) => ({ name: `ecr:${name}`, level: "Read", resourceTypes: ["repository"] }))
    .concat(
      ["DescribeRegistry", "GetAccountSetting", "GetAuthorizationToken"].map((name) => ({
        name: `ecr:${name}`,
        level: "Read",
        resourceTypes: [],
      })),
    ),
  resourceTypes: [{ name: "repository", arns: [ARN] }],
  conditionKeys: [],
  globalConditionKeys: [],
};
const starOnly = starOnlyOf([ECR]);
const TUTORIAL = readFileSync(new URL("../../../../../../docs/tutorial/ReadECRRepositoryContent.json", import.meta.url), "utf8");

function visual(...blocks: Partial<Permission>[]): Visual {
  return { ...NEW, blocks: blocks.map((one) => ({ ...EMPTY, service: "ecr", ...one })) };
}

function read(...statements: unknown[]): Visual["blocks"] {
  return toVisual(JSON.stringify({ Statement: statements }), starOnly)?.blocks ?? [];
}

describe("what is written", () => {
  test("is word for word what AWS's editor makes of the tutorial", () => {
    const actions = ECR.actions.map((action) => action.name);
    const text = toText(visual({ actions, resources: [anyIn(ACCOUNT, ARN)] }), starOnly);
    expect(`${text}\n`).toBe(TUTORIAL);
  });

  test("has nothing of a block that isn't filled in", () => {
    expect(JSON.parse(toText(NEW, starOnly))).toEqual({ Version: "2012-10-17", Statement: [] });
    expect(gapOf(EMPTY, starOnly)).toBe("service");
    expect(gapOf({ ...EMPTY, service: "ecr" }, starOnly)).toBe("actions");
    expect(gapOf({ ...EMPTY, service: "ecr", actions: ["ecr:ListImages"] }, starOnly)).toBe("resources");
    expect(gapOf({ ...EMPTY, service: "ecr", actions: ["ecr:GetAuthorizationToken"] }, starOnly)).toBeUndefined();
  });

  test("gives Sids that no kept statement has", () => {
    const kept = { kind: "opaque", statement: { Sid: "VisualEditor0", NotAction: "iam:*" } } as const;
    const blocks = [...visual({ actions: ["ecr:ListImages"], resources: "all" }).blocks, kept];
    const { Statement: statements } = JSON.parse(toText({ rest: {}, blocks }, starOnly)) as { Statement: { Sid: string }[] };
    expect(statements.map((one) => one.Sid)).toEqual(["VisualEditor1", "VisualEditor0"]);
  });

  test("has the values of one condition key together", () => {
    const conditions = ["a", "b"].map((value) => ({ operator: "StringLike", key: "ecr:ResourceTag/team", values: [value] }));
    const text = toText(visual({ actions: ["ecr:ListImages"], resources: "all", conditions }), starOnly);
    expect(JSON.parse(text)).toMatchObject({ Statement: [{ Condition: { StringLike: { "ecr:ResourceTag/team": ["a", "b"] } } }] });
  });
});

describe("what is read", () => {
  test("comes back as one block where one block would be written as these statements", () => {
    const found = toVisual(TUTORIAL, starOnly);
    expect(found?.blocks).toHaveLength(1);
    expect(`${toText(found ?? NEW, starOnly)}\n`).toBe(TUTORIAL);
  });

  test("keeps a Sid of the author's own, and then doesn't join", () => {
    const one = { Sid: "Images", Effect: "Allow", Action: "ecr:ListImages", Resource: "arn:aws:ecr:*:*:repository/a" };
    const other = { Sid: "Login", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" };
    expect(read(one, other)).toMatchObject([{ sid: "Images" }, { sid: "Login" }]);
  });

  test.each([
    ["NotAction", { Effect: "Allow", NotAction: "ecr:*", Resource: "*" }],
    ["a principal", { Effect: "Allow", Principal: "*", Action: "ecr:*", Resource: "*" }],
    ["no resource", { Effect: "Allow", Action: "ecr:*" }],
    ["two services", { Effect: "Allow", Action: ["ecr:ListImages", "s3:GetObject"], Resource: "*" }],
    ["every service", { Effect: "Allow", Action: "*", Resource: "*" }],
    ["a condition that is no text", { Effect: "Allow", Action: "ecr:*", Resource: "*", Condition: { Bool: { a: true } } }],
    ["no value", { Effect: "Allow", Action: "ecr:*", Resource: "*", Condition: { StringLike: { a: [] } } }],
    ["an unknown member", { Effect: "Allow", Action: "ecr:*", Resource: "*", Note: "x" }],
    ["an action that writing would put on *", { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "arn:aws:ecr:::x" }],
    ["no statement at all", "text"],
  ])("%s is kept as it is", (_, statement) => {
    expect(read(statement)).toEqual([{ kind: "opaque", statement }]);
  });

  test.each(["", "{", "[]", '{"Version": "2012-10-17"}', '{"Statement": "x"}', '{"Statement": [], "Statement": []}'])(
    "%s is nothing that it could show",
    (text) => expect(toVisual(text, starOnly)).toBeUndefined(),
  );

  test("names the services whose catalogues are needed", () => {
    expect(servicesIn('{"Statement": [{"Action": ["ecr:A", "S3:B", "*"]}, {"NotAction": "iam:C"}, 1]}')).toEqual(["ecr", "s3"]);
  });
});

describe("JSON.parse", () => {
  test.each([
    ['{"a": 1, "b": [{"a": 1}, {"a": "x\\"y:{"}], "c": -0.5}', true],
    ['{"a": 1, "\\u0061": 2}', false],
    ['{"a": {"b": 1, "b": 1}}', false],
    ['{"a": 9007199254740993}', false],
    ['{"a": 1.0}', false],
  ])("keeps all of %s: %s", (text, faithful) => expect(isFaithful(text)).toBe(faithful));
});

describe("the catalogue", () => {
  test("patterns take in actions in any case", () => {
    expect(taken("ecr:describe*", ECR).map(({ name }) => name)).toEqual([
      "ecr:DescribeImages",
      "ecr:DescribeRepositories",
      "ecr:DescribeRegistry",
    ]);
    expect(taken("ecr:List.mages", ECR)).toEqual([]);
  });

  test("resource types are those of the actions", () => {
    expect(typesFor(["ecr:ListImages"], ECR)).toEqual(ECR.resourceTypes);
    expect(typesFor(["ecr:GetAuthorizationToken"], ECR)).toEqual([]);
  });

  test("ARNs are filled in by their parts", () => {
    expect(anyIn(ACCOUNT, ARN)).toBe(`arn:aws:ecr:*:${ACCOUNT}:repository/*`);
    expect(partsOf(ARN)).toEqual(["Region", "Account", "RepositoryName"]);
    expect(filled(ARN, { Region: "us-east-1", RepositoryName: "app" })).toBe("arn:aws:ecr:us-east-1:*:repository/app");
  });
});
