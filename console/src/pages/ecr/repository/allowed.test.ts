import { expect, test } from "vitest";
import { allowingOf, pageOf } from "./allowed";

test("the actions that one statement allows stand together", () => {
  const own = { layer: "identity", policy: "own", sid: null, index: 0 };
  const managed = { layer: "identity", policy: "arn:aws:iam::123456789012:policy/team/Read", sid: "A", index: 0 };
  const aws = { ...managed, policy: "arn:aws:iam::aws:policy/Read" };
  const resource = { layer: "resource", policy: "repository policy", sid: "Pull", index: 1 };
  expect(
    allowingOf([
      { action: "ecr:GetAuthorizationToken", ...own },
      { action: "ecr:BatchGetImage", ...resource },
      { action: "ecr:GetDownloadUrlForLayer", ...resource },
      { action: "ecr:BatchGetImage", ...own },
      { action: "ecr:BatchGetImage", ...managed },
      { action: "ecr:BatchGetImage", ...aws },
    ]),
  ).toEqual([
    { statement: "identity policy own, statement 1", actions: ["ecr:GetAuthorizationToken", "ecr:BatchGetImage"] },
    { statement: "repository policy, Pull", actions: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"] },
    {
      statement: "identity policy Read, A",
      page: "/iam/policies/arn%3Aaws%3Aiam%3A%3A123456789012%3Apolicy%2Fteam%2FRead",
      actions: ["ecr:BatchGetImage"],
    },
    {
      statement: "AWS managed policy Read, A",
      page: "/iam/policies/arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FRead",
      actions: ["ecr:BatchGetImage"],
    },
  ]);
});

test("roles and users have pages, by their names without the path", () => {
  expect(pageOf("arn:aws:iam::123456789012:role/team/Deploy")).toBe("/iam/roles/Deploy");
  expect(pageOf("arn:aws:iam::123456789012:user/a+b")).toBe("/iam/users/a%2Bb");
  expect(pageOf("arn:aws:iam::123456789012:role/create")).toBe("/iam/roles/~create");
  expect(pageOf("arn:aws:iam::123456789012:root")).toBeUndefined();
  expect(pageOf("*")).toBeUndefined();
});
