import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import "../ecr.css";

/** A text that can be long, to be read. */
export function Json({ text, label }: { text: string; label: string }) {
  return (
    <pre className="ecr-json" role="region" aria-label={label} tabIndex={0}>
      {text}
    </pre>
  );
}

export function Pairs({ pairs }: { pairs: readonly [string, string][] }) {
  return <KeyValuePairs columns={1} items={pairs.map(([label, value]) => ({ label, value }))} />;
}
