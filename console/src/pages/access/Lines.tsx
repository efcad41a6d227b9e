import "./access.css";
import { tokens } from "./policyText";

export interface Line {
  text: string;
  number?: number;
  look?: "marked" | "added" | "removed" | undefined;
}

/** JSON or a diff line by line; it scrolls by itself where it is wide. */
export function Lines({ lines, label }: { lines: readonly Line[]; label: string }) {
  return (
    <pre className="code-lines" tabIndex={0} role="region" aria-label={label}>
      <code>
        {lines.map((line, at) => (
          <span key={at} className={`code-line ${line.look ? `code-${line.look}` : ""}`}>
            {line.number !== undefined && <span className="code-number">{line.number}</span>}
            {tokens(line.text).map(({ kind, text }, place) => (
              <span key={place} className={kind === "rest" ? "" : `code-${kind}`}>
                {text}
              </span>
            ))}
            {"\n"}
          </span>
        ))}
      </code>
    </pre>
  );
}

/** A unified diff without its two lines of file names. */
export function Diff({ diff, label }: { diff: readonly string[]; label: string }) {
  const lines = diff.filter((line) => !/^(---|\+\+\+|@@) /.test(line));
  return <Lines label={label} lines={lines.map((text) => ({ text, look: lookOf(text) }))} />;
}

function lookOf(text: string): Line["look"] {
  return text.startsWith("+") ? "added" : text.startsWith("-") ? "removed" : undefined;
}
