/** For tests/console/test_visual.py: reads lines of JSON, each a document and the `*`-only actions, and writes them back.
 *
 * A line of the answer has the text after JSON -> visual -> JSON, and how many statements the editor could show.
 */

import { createInterface } from "node:readline";
import { toVisual } from "./read";
import { toText } from "./write";

interface Asked {
  text: string;
  starOnly: string[];
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const { text, starOnly } = JSON.parse(line) as Asked;
  const names = new Set(starOnly.map((name) => name.toLowerCase()));
  const isStarOnly = (action: string) => names.has(action.toLowerCase());
  const visual = toVisual(text, isStarOnly);
  const answer = visual && {
    text: toText(visual, isStarOnly),
    shown: visual.blocks.filter((block) => block.kind === "permission").length,
    opaque: visual.blocks.flatMap((block) => (block.kind === "opaque" ? [block.statement] : [])),
  };
  process.stdout.write(`${JSON.stringify(answer ?? null)}\n`);
});
