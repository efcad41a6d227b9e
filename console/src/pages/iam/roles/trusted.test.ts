import { expect, test } from "vitest";
import { trustedBy } from "./trusted";

function encoded(...principals: unknown[]): string {
  return encodeURIComponent(JSON.stringify({ Statement: principals.map((Principal) => ({ Principal })) }));
}

test("every principal is named once, whatever form it has", () => {
  const text = encoded({ Service: "ec2.amazonaws.com" }, { AWS: ["arn:aws:iam::111122223333:root", "*"] }, "*");
  expect(trustedBy(text)).toBe("ec2.amazonaws.com, arn:aws:iam::111122223333:root, *");
});

test("what can't be read names nobody", () => {
  expect(trustedBy("%7B")).toBe("");
  expect(trustedBy()).toBe("");
});
