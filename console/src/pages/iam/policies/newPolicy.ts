/** The policy that the form is making, and the calls that make it. */

import type { Tag } from "@aws-sdk/client-iam";
import { areSound } from "../../../parts/tags";
import { policies as words } from "../../../strings/policies";
import { call, type Change } from "../calls";
import { isPolicyName } from "../principals/principal";

export interface Details {
  name: string;
  description: string;
  tags: readonly Tag[];
}

export const NO_DETAILS: Details = { name: "", description: "", tags: [] };

export function areWhole({ name, tags }: Details): boolean {
  return isPolicyName(name) && areSound(tags);
}

export function changesToCreate(document: string, { name, description, tags }: Details): Change[] {
  const input = {
    PolicyName: name,
    PolicyDocument: document,
    ...(description && { Description: description }),
    ...(tags.length > 0 && { Tags: [...tags] }),
  };
  return [{ title: words.creating(name), call: call("CreatePolicy", input) }];
}
