import { expect, test } from "vitest";
import { tagFields as words } from "../strings/tags";
import { areSound, tagChanges, tagFaults } from "./tags";

const tag = (Key: string, Value = "") => ({ Key, Value });

test("a key that is missing, reserved, too long or there already is at fault, and so is a long value", () => {
  const tags = [tag("a"), tag("a"), tag(""), tag("AWS:x"), tag("k".repeat(129)), tag("b", "v".repeat(257))];
  expect(tagFaults(tags)).toEqual([
    undefined,
    { key: words.twice },
    { key: words.missingKey },
    { key: words.reserved },
    { key: words.longKey },
    { value: words.longValue },
  ]);
});

test("IAM takes keys that differ in case for one, ECR for two", () => {
  const tags = [tag("team"), tag("Team")];
  expect(tagFaults(tags, "iam")).toEqual([undefined, { key: words.twice }]);
  expect(tagFaults(tags, "ecr")).toEqual([undefined, undefined]);
});

test("fifty tags are sound, one more is not", () => {
  const many = Array.from({ length: 51 }, (_, index) => tag(`k${index}`));
  expect(areSound(many.slice(1))).toBe(true);
  expect(areSound(many)).toBe(false);
});

test("only what has changed is set, and only what has gone is taken away", () => {
  const before = [tag("keep", "1"), tag("change", "1"), tag("drop")];
  const after = [tag("keep", "1"), tag("change", "2"), tag("new")];
  expect(tagChanges(before, after)).toEqual({ set: [tag("change", "2"), tag("new")], gone: ["drop"] });
  expect(tagChanges(before, before)).toEqual({ set: [], gone: [] });
});
