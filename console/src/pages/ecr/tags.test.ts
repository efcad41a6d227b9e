import { expect, test } from "vitest";
import { areSound, changedTags, faultsOfTags } from "./tags";

const tag = (Key: string, Value = "") => ({ Key, Value });

test("only what changed is written, and only what is gone is taken away", () => {
  const before = [tag("team", "a"), tag("stage", "test"), tag("old")];
  const after = [tag("team", "a"), tag("stage", "live"), tag("new")];
  expect(changedTags(before, after)).toEqual({ put: [tag("stage", "live"), tag("new")], taken: ["old"] });
  expect(changedTags(before, before)).toEqual({ put: [], taken: [] });
});

test("a key that is missing, reserved, too long or there already is at fault", () => {
  const faults = faultsOfTags([tag("a"), tag("a"), tag(""), tag("AWS:x"), tag("k".repeat(129)), tag("b", "v".repeat(257))]);
  expect(faults.map((fault) => Object.keys(fault).join())).toEqual(["", "key", "key", "key", "key", "value"]);
});

test("fifty tags are sound, one more is not", () => {
  const many = Array.from({ length: 51 }, (_, index) => tag(`k${index}`));
  expect(areSound(many.slice(1))).toBe(true);
  expect(areSound(many)).toBe(false);
});
