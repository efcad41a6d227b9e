/** Whether JSON.parse keeps all of a text: no name twice in an object, no number beyond what a double holds. */

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[{}[\],:]|[a-z]+/g;

/** `text` must be JSON already. */
export function isFaithful(text: string): boolean {
  const names: (Set<string> | undefined)[] = [];
  const tokens = text.match(TOKEN) ?? [];
  for (const [index, token] of tokens.entries()) {
    const first = token.charAt(0);
    if (first === "{") names.push(new Set());
    else if (first === "[") names.push(undefined);
    else if (first === "}" || first === "]") names.pop();
    else if (first === '"' && tokens[index + 1] === ":") {
      const name = JSON.parse(token) as string;
      if (names.at(-1)?.has(name)) return false;
      names.at(-1)?.add(name);
    } else if (/[-\d]/.test(first) && !isExact(token)) return false;
  }
  return true;
}

function isExact(number: string): boolean {
  return String(Number(number)) === number;
}
