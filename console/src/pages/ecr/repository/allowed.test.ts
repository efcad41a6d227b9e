import { expect, test } from "vitest";
import { allowingOf, pageOf } from "./allowed";

test("the actions that one statement allows stand together", () => {
  const own = { layer: "identity", policy: "own", sid: null, index: 0 };
  const managed = { layer: "identity", policy: "arn:aws:iam::123456789012:policy/team/Read", sid: "A", index: 0 };
  const resource = { layer: "resource", policy: "repository policy", sid: "Pull", index: 1 };
  expect(
    allowingOf([
      { action: "ecr:GetAuthorizationToken", ...own },
      { action: "ecr:BatchGetImage", ...resource },
      { action: "ecr:GetDownloadUrlForLayer", ...resource },
      { action: "ecr:BatchGetImage", ...own },
      { action: "ecr:BatchGetImage", ...managed },
    ]),
  ).toEqual([
    { statement: "identity policy own, statement 1", actions: ["ecr:GetAuthorizationToken", "ecr:BatchGetImage"] },
    { statement: "repository policy, Pull", actions: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"] },
    { statement: "identity policy Read, A", actions: ["ecr:BatchGetImage"] },
  ]);
});

test("roles and users have pages, by their names without the path", () => {
  expect(pageOf("arn:aws:iam::123456789012:role/team/Deploy")).toBe("/iam/roles/Deploy");
  expect(pageOf("arn:aws:iam::123456789012:user/a+b")).toBe("/iam/users/a%2Bb");
  expect(pageOf("arn:aws:iam::123456789012:root")).toBeUndefined();
  expect(pageOf("*")).toBeUndefined();
});
