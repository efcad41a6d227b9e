/** A policy's text by lines, with one statement marked; of JSON in one line, the same re-indented. */

const WIDE = 160;

export interface ShownLine {
  number: number;
  text: string;
  marked: boolean;
}

export interface Token {
  kind: "key" | "text" | "word" | "rest";
  text: string;
}

/** `span`: the statement's place in the document, in code points; `index`: which statement it is, from 0. */
export function shownLines(document: string, index: number, span: readonly [number, number]): ShownLine[] {
  const isReadable = document.trim().includes("\n") && document.split("\n").every((line) => line.length <= WIDE);
  const text = isReadable ? document : indented(document);
  const lines = text.trimEnd().split("\n");
  const [first, last] = isReadable ? linesOf(document, span) : statementLines(lines, index);
  return lines.map((line, at) => ({ number: at + 1, text: line, marked: at >= first && at <= last }));
}

/** Only the marked lines and a few around them. */
export function nearby(lines: readonly ShownLine[], around = 3): ShownLine[] {
  const first = lines.findIndex(({ marked }) => marked);
  const last = lines.findLastIndex(({ marked }) => marked);
  return first < 0 ? lines.slice(0, 2 * around) : lines.slice(Math.max(0, first - around), last + around + 1);
}

/** The pieces of a line of JSON. */
export function tokens(line: string): Token[] {
  const found = line.matchAll(/("(?:[^"\\]|\\.)*"?)(?=(\s*:)?)|\b(?:true|false|null|-?\d[\d.eE+-]*)\b|[^"\w]+|\w+/g);
  return [...found].map(([text, quoted, colon]) => ({ kind: kindOf(text, quoted, colon), text }));
}

function kindOf(text: string, quoted: string | undefined, colon: string | undefined): Token["kind"] {
  if (quoted !== undefined) return colon === undefined ? "text" : "key";
  return /^(true|false|null|-?\d)/.test(text) ? "word" : "rest";
}

function indented(document: string): string {
  try {
    return JSON.stringify(JSON.parse(document), null, 2);
  } catch {
    return document;
  }
}

function linesOf(document: string, [start, end]: readonly [number, number]): [number, number] {
  const letters = Array.from(document);
  const before = (count: number) => letters.slice(0, count).filter((letter) => letter === "\n").length;
  return [before(start), before(Math.max(start, end - 1))];
}

/** In JSON indented by two: a statement alone, or the one of a list, begins and ends in lines of its own. */
function statementLines(lines: readonly string[], index: number): [number, number] {
  const alone = lines.findIndex((line) => line.startsWith('  "Statement": {'));
  if (alone >= 0) return [alone, closing(lines, alone, "  }")];
  const list = lines.findIndex((line) => line.startsWith('  "Statement": ['));
  const begins = [...lines.keys()].filter((at) => at > list && lines[at] === "    {");
  const first = begins[index] ?? -1;
  return first < 0 ? [-1, -1] : [first, closing(lines, first, "    }")];
}

function closing(lines: readonly string[], from: number, brace: string): number {
  return lines.findIndex((line, at) => at > from && (line === brace || line === `${brace},`));
}
