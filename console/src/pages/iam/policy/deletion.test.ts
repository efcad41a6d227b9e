import { expect, test } from "vitest";
import { changesToDelete, warningFor } from "./deletion";
import type { Entity } from "./entity";

const ARN = "arn:aws:iam::111122223333:policy/team/Read";
const HELD: Entity[] = [
  { kind: "role", name: "Builder", usage: "permissions" },
  { kind: "user", name: "ann", usage: "boundary" },
];
const VERSIONS = [{ VersionId: "v3" }, { VersionId: "v2", IsDefaultVersion: true }, { VersionId: "v1" }];

test("a policy goes last, after those who have it and its other versions", () => {
  const calls = changesToDelete(ARN, HELD, VERSIONS).map((change) => change.call);
  expect(calls.map(({ operation }) => operation)).toEqual([
    "DetachRolePolicy",
    "DeleteUserPermissionsBoundary",
    "DeletePolicyVersion",
    "DeletePolicyVersion",
    "DeletePolicy",
  ]);
  expect(calls.slice(2, 4).map(({ input }) => input.VersionId)).toEqual(["v3", "v1"]);
});

test("who had it gets it back; a version cannot come back", () => {
  const [attached, bounded, ...versions] = changesToDelete(ARN, HELD, VERSIONS).slice(0, -1);
  expect(attached?.undo?.operation).toBe("AttachRolePolicy");
  expect(bounded?.undo).toMatchObject({ operation: "PutUserPermissionsBoundary", input: { PermissionsBoundary: ARN } });
  expect(versions.map(({ lasting }) => lasting)).toEqual([true, true]);
});

test("the warning names everybody and every version that goes", () => {
  const warning = warningFor(HELD, VERSIONS);
  expect(warning).toContain("detached first from role Builder,");
  expect(warning).toContain("permissions boundary of user ann:");
  expect(warning).toContain("(v3, v1)");
  expect(warningFor([], [{ VersionId: "v1", IsDefaultVersion: true }])).toMatch(/^It is attached to nobody\.[^(]*$/);
});
