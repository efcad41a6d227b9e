import { expect, test } from "vitest";
import { changesToDelete } from "./deletion";

test("a user goes last, and what can't be made again after what can", () => {
  const held = [{ arn: "arn:aws:iam::111122223333:policy/Read", name: "Read" }];
  const changes = changesToDelete("ann", held, ["AKIA1", "AKIA2"], true);
  expect(changes.map(({ call }) => call.operation)).toEqual([
    "DetachUserPolicy",
    "DeleteLoginProfile",
    "DeleteAccessKey",
    "DeleteAccessKey",
    "DeleteUser",
  ]);
  expect(changes.map(({ undo }) => undo !== undefined)).toEqual([true, false, false, false, false]);
});

test("a user who has nothing is deleted by one call", () => {
  expect(changesToDelete("ann", [], [], false)).toHaveLength(1);
});
