/** What the server says somebody can do, as lines to read. */

import { abilities as words } from "../../../strings/principals";

export interface Answer {
  verb: string;
  answer: "yes" | "no" | "depends" | "some" | "undecided";
  missing: { action: string; deniedBy: unknown[] }[];
  dependsOn: string[];
}

export interface Line {
  verb: string;
  tone: "success" | "error" | "warning";
  said: string;
  /** What is missing, and what is denied. */
  because: string[];
}

/** One line for each verb, with the actions that are missing or denied by name. */
export function linesOf(answers: readonly Answer[]): Line[] {
  return answers.map((answer) => ({
    verb: words.verb(answer.verb),
    tone: toneOf(answer),
    said: said(answer),
    because: reasons(answer),
  }));
}

function toneOf({ answer }: Answer): Line["tone"] {
  if (answer === "yes") return "success";
  return answer === "no" ? "error" : "warning";
}

function said({ answer, dependsOn }: Answer): string {
  return answer === "depends" ? words.depends(dependsOn) : words[answer];
}

function reasons({ answer, missing }: Answer): string[] {
  if (answer !== "no" && answer !== "some") return [];
  const lacking = unique(missing.filter(({ deniedBy }) => deniedBy.length === 0));
  const denied = unique(missing.filter(({ deniedBy }) => deniedBy.length > 0));
  return [
    ...(lacking.length > 0 ? [words.missing(lacking)] : []),
    ...(denied.length > 0 ? [words.denied(denied)] : []),
  ];
}

function unique(missing: Answer["missing"]): string[] {
  return [...new Set(missing.map(({ action }) => action))];
}
