/** Something to be said about a place in a text. */

export interface Problem {
  /** Both count from 1. */
  line: number;
  column: number;
  text: string;
  severity: "error" | "warning" | "info";
}
