/** Calls as commands of the aws CLI for a POSIX shell. */

import { type Call, type Json, membersOf, spaced } from "./call";

// Such a value is read from where it points to [aws CLI: loading parameters], also in the middle of a description.
const LOADED = /^(fileb?|https?):\/\//;

export function asCli(calls: readonly Call[]): string {
  return `${calls.map(command).join(" &&\n")}\n`;
}

function command(call: Call): string {
  const members = membersOf(call);
  const values = Object.values(members);
  const flags = values.some((value) => typeof value === "string" && LOADED.test(value))
    ? [`--cli-input-json ${quoted(JSON.stringify(members))}`]
    : Object.entries(members).map(([name, value]) => flag(spaced(name, "-"), value));
  return [`aws ${call.service} ${spaced(call.operation, "-")}`, ...flags].join(" \\\n    ");
}

function flag(name: string, value: Json): string {
  if (typeof value === "boolean") return value ? `--${name}` : `--no-${name}`;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  // With a blank before it, a value with a hyphen would be taken for the next flag.
  return `--${name}${text.startsWith("-") ? "=" : " "}${quoted(text)}`;
}

export function quoted(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
}
