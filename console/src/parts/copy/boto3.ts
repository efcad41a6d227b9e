/** Calls as a Python script that runs as it stands. */

import { type Call, type Json, membersOf, spaced } from "./call";

const STEP = "    ";

export function asBoto3(calls: readonly Call[]): string {
  const services = [...new Set(calls.map((call) => call.service))];
  const clients = services.map((service) => `${service} = boto3.client("${service}")`);
  return `${["import boto3", "", ...clients, "", ...calls.map(statement)].join("\n")}\n`;
}

function statement(call: Call): string {
  const given = Object.entries(membersOf(call)).map(([name, value]) => `${STEP}${name}=${python(value, STEP)},\n`);
  return `${call.service}.${spaced(call.operation, "_")}(${given.length > 0 ? `\n${given.join("")}` : ""})`;
}

function python(value: Json, indent: string): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return text(value);
  const inner = indent + STEP;
  const items = Array.isArray(value)
    ? value.map((one) => python(one, inner))
    : Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${python(one, inner)}`);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return items.length === 0 ? open + close : `${open}\n${items.map((one) => `${inner}${one},\n`).join("")}${indent}${close}`;
}

/** A document keeps its lines; Python reads every other string as JSON writes it. */
function text(value: string): string {
  // eslint-disable-next-line no-control-regex
  if (!value.includes("\n") || /[\x00-\x09\x0b-\x1f\x7f]/.test(value)) return JSON.stringify(value);
  return `"""${value.replaceAll("\\", "\\\\").replaceAll('"""', '\\"\\"\\"').replace(/"$/, '\\"')}"""`;
}
