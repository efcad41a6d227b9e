import { expect, test } from "vitest";
import { revocation, revokedBefore } from "./revocation";

test("everything is denied to what was issued before the moment", () => {
  const document = revocation(new Date("2026-01-02T03:04:05Z"));
  expect(JSON.parse(document)).toMatchObject({
    Statement: [{ Effect: "Deny", Action: ["*"], Resource: ["*"] }],
  });
  expect(revokedBefore(document)).toBe("2026-01-02T03:04:05.000Z");
});

test("a policy of that name that says something else revokes nothing that could be told", () => {
  expect(revokedBefore('{"Statement": {"Effect": "Deny"}}')).toBeUndefined();
  expect(revokedBefore("{")).toBeUndefined();
});
