import { expect, test } from "vitest";
import { faultOfExclusions, mutabilityOf, settingOf } from "./mutability";

test("each of ECR's four settings comes back as it was", () => {
  const filters = [{ filterType: "WILDCARD" as const, filter: "dev-*" }, { filterType: "WILDCARD" as const, filter: "latest" }];
  for (const base of ["MUTABLE", "IMMUTABLE"] as const) {
    const plain = { imageTagMutability: base };
    const excluding = { imageTagMutability: `${base}_WITH_EXCLUSION` as const, imageTagMutabilityExclusionFilters: filters };
    expect(settingOf(mutabilityOf(plain))).toEqual(plain);
    expect(settingOf(mutabilityOf(excluding))).toEqual(excluding);
  }
});

test("blanks, repetitions and empty parts are no filters", () => {
  expect(settingOf({ base: "IMMUTABLE", exclusions: " , a ,a,," })).toEqual({
    imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
    imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD", filter: "a" }],
  });
  expect(settingOf({ base: "MUTABLE", exclusions: " , " })).toEqual({ imageTagMutability: "MUTABLE" });
});

test.each(["", "dev-*", "a,b,c,d,e", "*a*"])("%j can be given", (text) => {
  expect(faultOfExclusions(text)).toBeUndefined();
});

test.each(["a,b,c,d,e,f", "x".repeat(129), "a/b", "**a*"])("%j can't be given", (text) => {
  expect(faultOfExclusions(text)).toBeTypeOf("string");
});
