import "../../../parts/code.css";

/** A JSON text to be read; it scrolls by itself, by the keyboard too. */
export function Document({ text, label }: { text: string; label: string }) {
  return (
    <pre className="code" tabIndex={0} role="region" aria-label={label}>
      {text}
    </pre>
  );
}
