import { describe, expect, test } from "vitest";
import { changed, documentOf, Moved, ownerOf, spliced, targetOf } from "./change";
import type { Change, Decision } from "./types";

const ROLE = "arn:aws:iam::111122223333:role/team/CI";
const REPOSITORY = "arn:aws:ecr:us-east-1:111122223333:repository/team/web";
const READ = { Sid: "Read", Effect: "Allow", Action: "ecr:BatchGetImage", Resource: "*" };

function change(more: Partial<Change> = {}): Change {
  const given = { type: "PRINCIPAL", policy: "", element: "Statement", added: "", index: null, statement: null, splice: null };
  return { ...given, ...more } as Change;
}

function decision(policy = "", attachedTo = ROLE, type = "PRINCIPAL"): Decision {
  const context = { "aws:principalarn": ROLE };
  return { context, resource: REPOSITORY, policies: [{ uri: policy, type, attachedTo, document: "" }] } as unknown as Decision;
}

describe("a change belongs", () => {
  test("into the managed policy that it names, also where that is a boundary", () => {
    const policy = "arn:aws:iam::111122223333:policy/Read";
    expect(targetOf(decision(policy), change({ policy }))).toEqual({ kind: "managed", arn: policy });
    expect(targetOf(decision(policy), change({ policy, type: "PERMISSIONS_BOUNDARY" })).kind).toBe("managed");
  });

  test("into the inline policy of the user or role that has it", () => {
    const owner = { kind: "role", name: "CI", arn: ROLE };
    expect(targetOf(decision("inline:own"), change({ policy: "inline:own" }))).toEqual({ kind: "inline", owner, name: "own" });
  });

  test("into a new policy of whoever asked, where no policy of theirs can take it", () => {
    expect(targetOf(decision(), change())).toEqual({ kind: "new", owner: { kind: "role", name: "CI", arn: ROLE } });
  });

  test("into the policy of the resource", () => {
    const of = (policy: string, attachedTo: string, type: "RESOURCE" | "ROLE_TRUST") =>
      targetOf(decision(policy, attachedTo, type), change({ policy, type }));
    expect(of("repository policy", REPOSITORY, "RESOURCE")).toEqual({
      kind: "repository",
      of: { region: "us-east-1", registry: "111122223333", name: "team/web" },
    });
    expect(of("role trust policy", ROLE, "ROLE_TRUST")).toEqual({ kind: "trust", role: "CI" });
  });

  test("nowhere, where it is the registry's: ECR lets nobody change another account's, and one's own decides no refusal", () => {
    const registry = "arn:aws:ecr:us-east-1:111122223333:registry";
    const wanted = change({ policy: "registry policy", type: "RESOURCE" });
    expect(targetOf(decision("registry policy", registry, "RESOURCE"), wanted)).toEqual({ kind: "none", because: "elsewhere" });
  });

  test("nowhere, where AWS lets nobody change it", () => {
    expect(targetOf(decision(), change({ type: "SESSION" }))).toEqual({ kind: "none", because: "session" });
    expect(targetOf(decision(), change({ type: "PERMISSIONS_BOUNDARY" }))).toEqual({ kind: "none", because: "boundary" });
    const account = "account-password-policy";
    expect(targetOf(decision(account), change({ policy: account })).kind).toBe("none");
  });
});

describe("the changed document", () => {
  const text = `{"Statement": ${JSON.stringify(READ)}}`;

  test("keeps all else as it was written where nobody touched it since", () => {
    const splice = { start: text.length - 1, end: text.length - 1, text: ', "Id": "x"' };
    const wanted = change({ element: "Action", index: 0, added: "ecr:ListImages", splice });
    expect(changed(text, text, wanted)).toBe(`${text.slice(0, -1)}, "Id": "x"}`);
    expect(spliced("\u{1F512}ab", { start: 1, end: 2, text: "X" })).toBe("\u{1F512}Xb");
  });

  test("has the change where other statements were changed since", () => {
    const now = JSON.stringify({ Statement: [{ Resource: READ.Resource, Sid: "Read", Effect: "Allow", Action: READ.Action }, { Sid: "Other" }] });
    const made = changed(now, text, change({ element: "Action", index: 0, added: "ecr:ListImages" }));
    expect(JSON.parse(made ?? "")).toEqual({
      Statement: [{ ...READ, Action: ["ecr:BatchGetImage", "ecr:ListImages"] }, { Sid: "Other" }],
    });
  });

  test("is not guessed where the statement itself was changed since", () => {
    const now = JSON.stringify({ Statement: { ...READ, Effect: "Deny" } });
    const wanted = change({ element: "Action", index: 0, added: "ecr:ListImages" });
    expect(() => changed(now, text, wanted)).toThrow(Moved);
    expect(() => changed('{"Statement": []}', text, wanted)).toThrow(Moved);
  });

  test("is none where the change was made already", () => {
    const now = JSON.stringify({ Statement: { ...READ, Action: ["ecr:BatchGetImage", "ecr:ListImages"] } });
    expect(changed(now, text, change({ element: "Action", index: 0, added: "ecr:ListImages" }))).toBeUndefined();
    expect(changed(text, text, change({ statement: READ }))).toBeUndefined();
  });

  test("has one more statement, and is one of its own where there was none", () => {
    const statement = { Effect: "Allow", Action: "ecr:PutImage", Resource: "*" };
    expect(JSON.parse(changed(text, text, change({ statement })) ?? "")).toEqual({ Statement: [READ, statement] });
    expect(JSON.parse(documentOf(statement))).toEqual({ Version: "2012-10-17", Statement: [statement] });
  });
});

test("root and sessions own no policies", () => {
  expect(ownerOf("arn:aws:iam::111122223333:root")).toBeUndefined();
  expect(ownerOf("arn:aws:sts::111122223333:assumed-role/CI/i-1")).toBeUndefined();
});
