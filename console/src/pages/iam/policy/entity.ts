/** A role or a user that has a policy, and the calls that give it to them and take it away. */

import { policyChanges as words, type Usage } from "../../../strings/policy";
import type { Call, Change } from "../calls";
import { attach, detach, setBoundary, type Principal } from "../principals/principal";

export interface Entity extends Principal {
  usage: Usage;
}

export function idOf({ usage, kind, name }: Entity): string {
  return `${usage}/${kind}/${name}`;
}

/** "role Builder". */
export function said({ kind, name }: Principal): string {
  return words.entity[kind](name);
}

export function give(arn: string, to: Entity): Call {
  return to.usage === "boundary" ? setBoundary(to, arn) : attach(to, arn);
}

export function takeAway(arn: string, from: Entity): Call {
  return from.usage === "boundary" ? setBoundary(from, undefined) : detach(from, arn);
}

export function takingAway(arn: string, from: Entity): Change {
  const title = from.usage === "boundary" ? words.removeBoundary : words.detach;
  return { title: title(said(from)), call: takeAway(arn, from), undo: give(arn, from) };
}
