/** What the server says somebody can do, as lines to read. */

import type { Json } from "../../../parts/copy/call";
import { abilities as words } from "../../../strings/principals";

type Outcome = "yes" | "no" | "depends" | "some" | "undecided";

/** Of /api/can. */
export interface Answer {
  verb: string;
  answer: Outcome;
  missing: { action: string; deniedBy: unknown[] }[];
  dependsOn: string[];
  /** The statements to add, and to which kind of policy; null where none would do. */
  add: { to: string; statement: Json }[] | null;
}

/** Of /api/verdict. */
export interface Said {
  verb: string;
  answer: Outcome;
  missing: string[];
  denied: string[];
  dependsOn: string[];
  /** To the policy that was asked about. */
  add: Json[] | null;
}

export interface Line {
  verb: string;
  tone: "success" | "error" | "warning";
  said: string;
  /** What is missing, and what is denied. */
  because: string[];
  /** Statements of an identity policy with which it can be done; none where there is nothing to add. */
  add: readonly Json[];
}

/** One line for each verb, with the actions that are missing or denied by name. */
export function linesOf(answers: readonly Said[]): Line[] {
  return answers.map((answer) => ({
    verb: words.verb(answer.verb),
    tone: toneOf(answer),
    said: said(answer),
    because: reasons(answer),
    add: answer.answer === "no" || answer.answer === "some" ? (answer.add ?? []) : [],
  }));
}

export function saidBy({ verb, answer, missing, dependsOn, add }: Answer): Said {
  const isIdentity = add?.every(({ to }) => to === "identity") ?? false;
  return {
    verb,
    answer,
    dependsOn,
    missing: unique(missing.filter(({ deniedBy }) => deniedBy.length === 0)),
    denied: unique(missing.filter(({ deniedBy }) => deniedBy.length > 0)),
    add: add && isIdentity ? add.map(({ statement }) => statement) : null,
  };
}

function toneOf({ answer }: Said): Line["tone"] {
  if (answer === "yes") return "success";
  return answer === "no" ? "error" : "warning";
}

function said({ answer, dependsOn }: Said): string {
  return answer === "depends" ? words.depends(dependsOn) : words[answer];
}

function reasons({ answer, missing, denied }: Said): string[] {
  if (answer !== "no" && answer !== "some") return [];
  return [
    ...(missing.length > 0 ? [words.missing(missing)] : []),
    ...(denied.length > 0 ? [words.denied(denied)] : []),
  ];
}

function unique(missing: Answer["missing"]): string[] {
  return [...new Set(missing.map(({ action }) => action))];
}
