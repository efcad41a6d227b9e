import { describe, expect, test } from "vitest";
import { nearby, shownLines, tokens } from "./policyText";

const READ = { Sid: "Read", Effect: "Allow", Action: ["ecr:BatchGetImage", "ecr:ListImages"], Resource: "*" };
const DENY = { Sid: "Deny", Effect: "Deny", Action: "ecr:PutImage", Resource: "*" };

function marked(lines: readonly { marked: boolean; text: string }[]): string {
  return lines.flatMap((line) => (line.marked ? [line.text.trim()] : [])).join("");
}

function span(document: string, part: string): [number, number] {
  const start = Array.from(document.slice(0, document.indexOf(part))).length;
  return [start, start + Array.from(part).length];
}

describe("a statement is marked", () => {
  test("at its place in a document as it was written", () => {
    const text = '{\n "Version": "2012-10-17",\n "Statement": [{"Sid": "a"},\n  {"Sid": "b",\n   "Effect": "Deny"}]\n}\n';
    const lines = shownLines(text, 1, span(text, '{"Sid": "b",\n   "Effect": "Deny"}'));
    expect(lines.filter((line) => line.marked).map((line) => line.number)).toEqual([4, 5]);
    expect(lines).toHaveLength(6);
  });

  test("where letters take two of JavaScript's places", () => {
    const text = '{\n "Id": "\u{1F512}\u{1F512}\u{1F512}\u{1F512}",\n "Statement": [\n{"Sid": "b"}\n]}';
    expect(marked(shownLines(text, 0, span(text, '{"Sid": "b"}')))).toBe('{"Sid": "b"}');
  });

  test("in one line's JSON, re-indented", () => {
    const text = JSON.stringify({ Version: "2012-10-17", Statement: [READ, DENY] });
    expect(marked(shownLines(text, 1, [0, 1]))).toBe(JSON.stringify(DENY, null, 1).replaceAll(/\n\s*/g, ""));
    const alone = JSON.stringify({ Statement: DENY, Version: "2012-10-17" });
    expect(marked(shownLines(alone, 0, [0, 1]))).toContain('"Sid": "Deny"');
    expect(marked(shownLines(alone, 0, [0, 1]))).not.toContain("Version");
  });
});

test("only what is near the mark can be shown", () => {
  const lines = shownLines(JSON.stringify({ Statement: [READ, DENY] }), 1, [0, 1]);
  const near = nearby(lines, 1);
  expect(near.length).toBeLessThan(lines.length);
  expect(near.filter((line) => !line.marked)).toHaveLength(2);
});

test("a line's pieces are told apart, and together are the line", () => {
  const line = '  "Effect": "A\\"llow", "n": [12, true]';
  expect(tokens(line).map(({ text }) => text).join("")).toBe(line);
  expect(tokens(line).filter(({ kind }) => kind === "key").map(({ text }) => text)).toEqual(['"Effect"', '"n"']);
  expect(tokens(line).filter(({ kind }) => kind === "word").map(({ text }) => text)).toEqual(["12", "true"]);
});
