import { expect, test } from "vitest";
import { changesToDelete } from "./deletion";

const held = [
  { arn: "arn:aws:iam::111122223333:policy/Read", name: "Read" },
  { arn: "inline/own", name: "own", inline: { name: "own", document: "{}" } },
];

test("a role goes last, after its profile and its policies", () => {
  expect(changesToDelete("Builder", held, ["Builder", "Other"]).map((change) => change.call.operation)).toEqual([
    "RemoveRoleFromInstanceProfile",
    "RemoveRoleFromInstanceProfile",
    "DeleteInstanceProfile",
    "DetachRolePolicy",
    "DeleteRolePolicy",
    "DeleteRole",
  ]);
});

test("a profile of another name stays", () => {
  const operations = changesToDelete("Builder", [], ["Other"]).map((change) => change.call.operation);
  expect(operations).toEqual(["RemoveRoleFromInstanceProfile", "DeleteRole"]);
});

test("an inline policy comes back with its document", () => {
  const change = changesToDelete("Builder", held, []).find(({ call }) => call.operation === "DeleteRolePolicy");
  expect(change?.undo?.input).toEqual({ RoleName: "Builder", PolicyName: "own", PolicyDocument: "{}" });
});
