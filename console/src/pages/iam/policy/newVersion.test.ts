import { expect, test } from "vitest";
import type { Problem } from "../../../parts/editor/problem";
import { edit } from "../../../strings/policy";
import { changesToSave, faultsOf } from "./newVersion";

const ARN = "arn:aws:iam::111122223333:policy/Read";
const FIVE = ["v5", "v4", "v3", "v2", "v1"].map((id) => ({ VersionId: id, IsDefaultVersion: id === "v5" }));
const DRAFT = { document: "{}", asDefault: true };
const WRONG: Problem = { line: 1, column: 1, text: "wrong", severity: "error" };

test("while there is room the server alone judges the document", () => {
  expect(faultsOf({ ...DRAFT, document: "nonsense" }, FIVE.slice(1), [WRONG])).toEqual({});
});

test("no version goes for a document that is sure to be refused", () => {
  const making = { ...DRAFT, deleteFirst: "v1" };
  expect(faultsOf(making, FIVE, [])).toEqual({});
  expect(faultsOf(making, FIVE, [{ ...WRONG, severity: "warning" }])).toEqual({});
  expect(faultsOf(making, FIVE, [WRONG])).toEqual({ document: edit.mendFirst });
  expect(faultsOf({ ...making, document: "{" }, FIVE, [])).toEqual({ document: edit.mendFirst });
});

test("of five versions one is chosen to make room, and goes first", () => {
  expect(faultsOf(DRAFT, FIVE, [])).toEqual({ room: edit.chooseOne });
  expect(changesToSave(ARN, { ...DRAFT, deleteFirst: "v2" }).map(({ call }) => [call.operation, call.input.VersionId])).toEqual([
    ["DeletePolicyVersion", "v2"],
    ["CreatePolicyVersion", undefined],
  ]);
});
