import { expect, test } from "vitest";
import { newestFirst, union } from "./union";

test("lines of one digest become one image with all its tags, in the order they came", () => {
  const lines = [
    { imageDigest: "sha256:a", imageTags: ["1"] },
    { imageDigest: "sha256:b" },
    { imageDigest: "sha256:a", imageTags: ["2", "1"] },
  ];
  expect(union([], lines)).toEqual([{ imageDigest: "sha256:a", imageTags: ["1", "2"] }, { imageDigest: "sha256:b" }]);
});

test("an image that was found before its page came is not there twice", () => {
  const found = { imageDigest: "sha256:z", imageTags: ["9"] };
  expect(union([found], [{ imageDigest: "sha256:a" }, found])).toEqual([found, { imageDigest: "sha256:a" }]);
});

test("the newest come first, those without a moment keep their order", () => {
  const at = (imageDigest: string, day?: number) => ({ imageDigest, ...(day && { imagePushedAt: new Date(2026, 0, day) }) });
  const sorted = newestFirst([at("a", 1), at("b"), at("c", 3), at("d"), at("e", 2)]);
  expect(sorted.map(({ imageDigest }) => imageDigest)).toEqual(["c", "e", "a", "b", "d"]);
});
