import { expect, test } from "vitest";
import { tags as words } from "../../../strings/principals";
import { tagChanges, tagFaults } from "./tagList";

test("a tag without a key, and the second of two with one key, are at fault", () => {
  const tags = [{ Key: "a", Value: "1" }, { Key: "", Value: "" }, { Key: "A", Value: "2" }];
  expect(tagFaults(tags)).toEqual([undefined, words.missingKey, words.twice]);
});

test("only what has changed is set, and only what has gone is taken away", () => {
  const before = [{ Key: "keep", Value: "1" }, { Key: "change", Value: "1" }, { Key: "drop", Value: "" }];
  const after = [{ Key: "keep", Value: "1" }, { Key: "change", Value: "2" }, { Key: "new", Value: "" }];
  expect(tagChanges(before, after)).toEqual({
    set: [{ Key: "change", Value: "2" }, { Key: "new", Value: "" }],
    gone: ["drop"],
  });
});
