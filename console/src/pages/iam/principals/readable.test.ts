import { expect, test } from "vitest";
import { readable } from "./readable";

test("a document on one line is written over several", () => {
  expect(readable('{"a": [1]}')).toBe('{\n    "a": [\n        1\n    ]\n}');
});

test("what somebody wrote over several lines, and what is no JSON, stays as it is", () => {
  for (const text of ['{\n "a": 1\n}', "nonsense"]) expect(readable(text)).toBe(text);
});
