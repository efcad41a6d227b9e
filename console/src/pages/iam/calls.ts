/** Changes to IAM as data: what is run step by step is the same as what "Copy as" shows. */

import type { InputOf, Operation } from "./run";

export interface Call {
  service: "iam";
  operation: Operation;
  input: Record<string, unknown>;
}

/** A call, its sentence for the reader, and the call that takes it back. */
export interface Change {
  title: string;
  call: Call;
  undo?: Call;
  /** Nothing can take it back. */
  lasting?: boolean;
}

export function call<O extends Operation>(operation: O, input: InputOf<O>): Call {
  return { service: "iam", operation, input: { ...input } };
}
