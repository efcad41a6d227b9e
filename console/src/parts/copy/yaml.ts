/** JSON as YAML in lines: every text in double quotes, where YAML reads it as JSON does. */

import type { Json } from "./call";

const PLAIN = /^[A-Z][A-Za-z0-9]*$/;
const WORDS = /^(true|false|null|yes|no|on|off|y|n)$/i; // YAML 1.1 takes them for something else

export function yaml(value: Json, indent = ""): string {
  if (Array.isArray(value)) {
    return value.map((one) => `${indent}- ${isLeaf(one) ? `${leaf(one)}\n` : yaml(one, `${indent}  `).trimStart()}`).join("");
  }
  if (value === null || typeof value !== "object") return `${indent}${leaf(value)}\n`;
  return Object.entries(value)
    .map(([name, one]) => `${indent}${key(name)}:${isLeaf(one) ? ` ${leaf(one)}\n` : `\n${yaml(one, `${indent}  `)}`}`)
    .join("");
}

function isLeaf(value: Json): boolean {
  return value === null || typeof value !== "object" || Object.keys(value).length === 0;
}

function leaf(value: Json): string {
  // DEL and what lies beyond ASCII's end is no printable YAML everywhere.
  return JSON.stringify(value).replace(/[\x7f-\x9f\u2028\u2029]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function key(name: string): string {
  return PLAIN.test(name) && !WORDS.test(name) ? name : leaf(name);
}
