import { describe, expect, test } from "vitest";
import { NO_TRUST, trustDocument, trustFaults, trustsInstances, USE_CASES, type TrustChoice } from "./trust";

const ACCOUNT = "111122223333";

function statement(choice: Partial<TrustChoice>): unknown {
  const { Statement } = JSON.parse(trustDocument({ ...NO_TRUST, ...choice }, ACCOUNT)) as { Statement: unknown[] };
  return Statement[0];
}

describe("a trust policy", () => {
  test("for EC2 is the one that AWS's console makes", () => {
    expect(statement({ useCase: "ec2" })).toEqual({
      Effect: "Allow",
      Action: ["sts:AssumeRole"],
      Principal: { Service: ["ec2.amazonaws.com"] },
    });
  });

  test("for a pod lets its session be tagged", () => {
    expect(statement({ useCase: "eks-pods" })).toMatchObject({ Action: ["sts:AssumeRole", "sts:TagSession"] });
  });

  test("for this account has no condition unless one is asked for", () => {
    expect(statement({ type: "account" })).toEqual({
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
    });
  });

  test("for another account names it, its external id and MFA", () => {
    const other = { otherAccount: true, accountId: "444455556666", requireExternalId: true, externalId: "x1" };
    expect(statement({ type: "account", requireMfa: true, ...other })).toMatchObject({
      Principal: { AWS: "arn:aws:iam::444455556666:root" },
      Condition: { StringEquals: { "sts:ExternalId": "x1" }, Bool: { "aws:MultiFactorAuthPresent": "true" } },
    });
  });

  test("for a web identity asks for the audience under the provider's own name", () => {
    expect(statement({ type: "web", provider: "graph.facebook.com", audience: " 42 " })).toMatchObject({
      Action: "sts:AssumeRoleWithWebIdentity",
      Principal: { Federated: "graph.facebook.com" },
      Condition: { StringEquals: { "graph.facebook.com:app_id": "42" } },
    });
  });
});

test.each<[Partial<TrustChoice>, string[]]>([
  [{}, ["useCase"]],
  [{ useCase: "ec2" }, []],
  [{ type: "account" }, []],
  [{ type: "account", otherAccount: true, accountId: "12" }, ["accountId"]],
  [{ type: "account", requireExternalId: true, externalId: "a b" }, ["externalId"]],
  [{ type: "web" }, ["provider", "audience"]],
  [{ type: "custom", custom: "{" }, ["custom"]],
])("what is missing in %o is %o", (choice, missing) => {
  expect(trustFaults({ ...NO_TRUST, ...choice })).toEqual(missing);
});

test("only what EC2 takes on needs an instance profile", () => {
  const needing = USE_CASES.filter(({ id }) => trustsInstances({ ...NO_TRUST, useCase: id })).map(({ id }) => id);
  expect(needing).toEqual(["ec2", "ecs-ec2"]);
  expect(trustsInstances({ ...NO_TRUST, type: "account", useCase: "ec2" })).toBe(false);
});
