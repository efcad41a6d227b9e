import { expect, test } from "vitest";
import { guessed, names } from "./pasted";

test.each([
  ["reading blob sha256:12ab: Error fetching blob: invalid status code from registry 403 (Forbidden)", "ecr:GetDownloadUrlForLayer"],
  ["trying to reuse blob sha256:12ab at destination: failed to read: 403 (Forbidden)", "ecr:BatchCheckLayerAvailability"],
  ["Error listing repository tags: fetching tags list: invalid status code from registry 403", "ecr:ListImages"],
  ["something else", undefined],
])("%s is about %s", (text, action) => {
  expect(guessed(text).action).toBe(action);
});

test("the repository is read from an image's name or an address", () => {
  expect(guessed("initializing source docker://127.0.0.1:5150/team/web:1: reading manifest 1").repository).toBe("team/web");
  expect(guessed("GET http://h/v2/team/web/tags/list?n=1: 403").repository).toBe("team/web");
  expect(guessed("no name").repository).toBeUndefined();
});

test("an id or AWS's sentence is enough for the server", () => {
  expect(names(`denied: x [why: ${"a1b2c".repeat(5)}]`)).toBe(true);
  expect(names("User: arn:x is not authorized to perform: ecr:PutImage on resource: arn:y because")).toBe(true);
  expect(names("Error fetching blob: invalid status code from registry 403 (Forbidden)")).toBe(false);
  expect(names(`reading blob sha256:${"a1b2".repeat(16)}`)).toBe(false);
});
