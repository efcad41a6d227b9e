import { expect, test } from "vitest";
import { piecesOf } from "./backticks";

test.each([
  ["Nothing.", [["Nothing.", false]]],
  ["`Null` asks whether `key` is there.", [["Null", true], [" asks whether ", false], ["key", true], [" is there.", false]]],
  ["a ` alone", [["a ` alone", false]]],
  ["a `b` and ` more", [["a ", false], ["b", true], [" and ` more", false]]],
  ["", []],
])("%s is cut at its pairs of backticks", (text, pieces) => {
  expect(piecesOf(text).map(({ piece, isCode }) => [piece, isCode])).toEqual(pieces);
});
