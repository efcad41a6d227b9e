import { expect, test } from "vitest";
import { written } from "./addressed";

const first = { text: "", page: 1, column: undefined, descending: undefined };

test("what stands at its beginning takes no room in the address", () => {
  expect(written(new URLSearchParams("q=a&page=3&sort=-Name"), first).toString()).toBe("");
});

test("filter, page and order are written, and other parameters kept", () => {
  const seen = { text: "a b", page: 2, column: "Name", descending: true };
  expect(written(new URLSearchParams("id=7"), seen).toString()).toBe("id=7&q=a+b&page=2&sort=-Name");
});
