import { describe, expect, test } from "vitest";
import { callsToCopy, changesToCreate, EMPTY } from "./draft";

const policies = [{ name: "Read", arn: "arn:aws:iam::111122223333:policy/Read" }];
const whole = { ...EMPTY, name: "ann", hasPassword: true, isCustom: true, custom: "Secret-1", hasKey: true, policies };

describe("creating a user", () => {
  test("makes the key last, and only what was chosen", () => {
    const operations = (draft: typeof EMPTY) => changesToCreate(draft, "x").map((change) => change.call.operation);
    expect(operations(whole)).toEqual(["CreateUser", "CreateLoginProfile", "AttachUserPolicy", "CreateAccessKey"]);
    expect(operations({ ...EMPTY, name: "ann" })).toEqual(["CreateUser"]);
  });

  test("is copied without the password", () => {
    expect(JSON.stringify(callsToCopy(whole))).not.toContain("Secret-1");
  });
});
