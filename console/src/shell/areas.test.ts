import { describe, expect, test } from "vitest";
import { rolePath } from "../pages/iam/paths";
import { AREAS } from "./areas";
import { crumbsOf, locate } from "./crumbs";
import { pagesFor } from "./found";

const pages = AREAS.flatMap((area) => area.pages);

describe("the pages", () => {
  test("have addresses of their own, and parents that exist", () => {
    const paths = pages.map((page) => page.path);
    expect(new Set(paths).size).toBe(paths.length);
    for (const { parent } of pages) if (parent !== undefined) expect(paths).toContain(parent);
  });

  test("that stand in the menu need no parameters", () => {
    for (const page of pages) if (page.inMenu) expect(page.path).not.toContain(":");
  });

  test("are found by their address, and say the way to them", () => {
    const located = locate("/iam/policies");
    expect(located && crumbsOf(located)).toEqual([
      { text: "Console Home", href: "/" },
      { text: "IAM", href: "/iam/users" },
      { text: "Policies", href: "/iam/policies" },
    ]);
    expect(locate("/no/such/page")).toBeUndefined();
  });

  test("say a name as it is, and link to it by its address", () => {
    const address = "/iam/policies/arn%3Aaws%3Aiam%3A%3A111122223333%3Apolicy%2Fteam%2Fa%2Bb%40c";
    const located = locate(`${address}/edit`);
    expect(located && crumbsOf(located).slice(-2)).toEqual([
      { text: "a+b@c", href: address },
      { text: "Edit", href: `${address}/edit` },
    ]);
    expect(locate("/iam/roles/100%")?.params).toEqual({ name: "100%" });
  });
});

describe("a name that is also a form's address", () => {
  test("has an address of its own, and is shown as it is", () => {
    expect(rolePath("create")).toBe("/iam/roles/~create");
    expect(rolePath("creates")).toBe("/iam/roles/creates");
    const located = locate(rolePath("create"));
    expect(located?.page.path).toBe("/iam/roles/:name");
    expect(located && crumbsOf(located).at(-1)).toEqual({ text: "create", href: "/iam/roles/~create" });
    expect(locate("/iam/roles/create")?.page.path).toBe("/iam/roles/create");
  });
});

describe("the search", () => {
  test.each([
    ["iam", "/iam/users"],
    ["policies", "/iam/policies"],
    ["roles", "/iam/roles"],
    ["elastic container registry", "/ecr/repositories"],
    ["ecr", "/ecr/repositories"],
  ])("finds %s", (wanted, path) => {
    expect(pagesFor(wanted).map((found) => found.value)).toContain(path);
  });

  test("finds nothing where nothing fits", () => {
    expect(pagesFor("zebra")).toEqual([]);
  });
});
