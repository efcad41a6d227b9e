import { expect, test } from "vitest";
import { faultOfName } from "./naming";

test.each(["ab", "app", "team/app", "a.b_c__d---e", "0/1/2", "a".repeat(256)])("%s is a name", (name) => {
  expect(faultOfName(name)).toBeUndefined();
});

test.each([
  ["", "short"],
  ["a", "short"],
  ["a".repeat(257), "long"],
  ["App", "upper"],
  ["my app", "letter"],
  ["ä/b", "letter"],
  ["/app", "slash"],
  ["app/", "slash"],
  ["a//b", "slash"],
  ["-app", "edge"],
  ["app.", "edge"],
  ["team/_app", "edge"],
  ["team-/app", "edge"],
  ["a..b", "between"],
  ["a___b", "between"],
  ["a._b", "between"],
])("%j is told to be at fault", (name, fault) => {
  expect(faultOfName(name)).toBe(fault);
});
