/** ECR's rules for a repository's name: its API's pattern, told as one fault at a time while a name is typed. */

import type { ecr } from "../../strings/ecr";

export type NameFault = keyof typeof ecr.create.faults;

const WHOLE = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;

/** What is wrong with the name; undefined when nothing is. */
export function faultOfName(name: string): NameFault | undefined {
  if (/[A-Z]/.test(name)) return "upper";
  if (/[^a-z0-9._/-]/.test(name)) return "letter";
  if (/^\/|\/$|\/\//.test(name)) return "slash";
  if (/(^|\/)[._-]|[._-](\/|$)/.test(name)) return "edge";
  if (name && !WHOLE.test(name)) return "between";
  if (name.length < 2) return "short";
  return name.length > 256 ? "long" : undefined;
}
