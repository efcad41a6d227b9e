import { describe, expect, test } from "vitest";
import { changesToCreate, EMPTY, isRoleName } from "./draft";

const policies = ["Read", "Write"].map((name) => ({ name, arn: `arn:aws:iam::111122223333:policy/${name}` }));

function operations(useCase: string): string[] {
  const draft = { ...EMPTY, name: "Builder", policies, trust: { ...EMPTY.trust, useCase } };
  return changesToCreate(draft, "111122223333").map((change) => change.call.operation);
}

describe("creating a role", () => {
  test("for EC2 takes four calls and one for each policy", () => {
    const profile = ["CreateInstanceProfile", "AddRoleToInstanceProfile"];
    expect(operations("ec2")).toEqual(["CreateRole", "AttachRolePolicy", "AttachRolePolicy", ...profile]);
  });

  test("for anything else makes no instance profile", () => {
    expect(operations("lambda")).toEqual(["CreateRole", "AttachRolePolicy", "AttachRolePolicy"]);
  });

  test("can be taken back, call by call", () => {
    const draft = { ...EMPTY, name: "Builder", policies, trust: { ...EMPTY.trust, useCase: "ec2" } };
    expect(changesToCreate(draft, "111122223333").map(({ undo }) => undo?.operation)).toEqual([
      "DeleteRole",
      "DetachRolePolicy",
      "DetachRolePolicy",
      "DeleteInstanceProfile",
      "RemoveRoleFromInstanceProfile",
    ]);
  });

  test("leaves out what wasn't filled in", () => {
    const [made] = changesToCreate({ ...EMPTY, name: "Bare", trust: { ...EMPTY.trust, useCase: "ec2" } }, "1");
    expect(Object.keys(made?.call.input ?? {})).toEqual(["RoleName", "AssumeRolePolicyDocument"]);
  });
});

test("a role's name is AWS's", () => {
  expect(["Custom+=,.@-_1", "a".repeat(64)].every(isRoleName)).toBe(true);
  expect(["", "a b", "a/b", "a".repeat(65), "rôle"].some(isRoleName)).toBe(false);
});
