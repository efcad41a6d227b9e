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
}

/** One line for each verb, with the actions that are missing or denied by name. */
export function linesOf(answers: readonly Answer[]): Line[] {
  return answers.map((answer) => ({ verb: words.verb(answer.verb), tone: toneOf(answer), said: said(answer) }));
}

function toneOf({ answer }: Answer): Line["tone"] {
  if (answer === "yes") return "success";
  return answer === "no" ? "error" : "warning";
}

function said({ answer, missing, dependsOn }: Answer): string {
  switch (answer) {
    case "yes":
      return words.yes;
    case "depends":
      return words.depends(dependsOn);
    case "undecided":
      return words.undecided;
    case "some":
    case "no": {
      const lacking = unique(missing.filter(({ deniedBy }) => deniedBy.length === 0));
      const denied = unique(missing.filter(({ deniedBy }) => deniedBy.length > 0));
      const reasons = [
        ...(lacking.length > 0 ? [words.missing(lacking)] : []),
        ...(denied.length > 0 ? [words.denied(denied)] : []),
      ];
      return [answer === "no" ? words.no : words.some, ...reasons].join(": ");
    }
  }
}

function unique(missing: Answer["missing"]): string[] {
  return [...new Set(missing.map(({ action }) => action))];
}
