import { expect, test } from "vitest";
import { read } from "./fragment";

test("a one-time code is read, and nothing else is one", () => {
  expect(read("#code=AbC-_1")).toEqual({ code: "AbC-_1" });
  expect(read("#code=")).toEqual({});
  expect(read("")).toEqual({});
  expect(read("#section")).toEqual({});
});

test("the address in AWS's sentence leads to Why", () => {
  expect(read("#/authorization-details/abcdefghij0123456789abcde")).toEqual({
    path: "/access/why?id=abcdefghij0123456789abcde",
  });
  expect(read("#/authorization-details/../evil")).toEqual({});
});
