import SpaceBetween from "@cloudscape-design/components/space-between";
import { FindingsList } from "../../../parts/editor/FindingsList";
import { JsonEditor } from "../../../parts/editor/JsonEditor";
import { useFindings, type PolicyKind } from "../../../parts/editor/useFindings";
import { useSettled } from "../../../parts/editor/useSettled";
import { ErrorBox } from "../../../parts/ErrorBox";
import { permissions as words } from "../../../strings/principals";

interface Linted {
  document: string;
  kind: PolicyKind;
  /** What the policy or its role promises. */
  description?: string;
}

interface LintedEditorProps extends Linted {
  label: string;
  onChange: (document: string) => void;
  height?: number;
}

/** A policy document to be edited, with what lint says of it. */
export function LintedEditor({ document, kind, description = "", label, onChange, height = 300 }: LintedEditorProps) {
  const { problems, error } = useFindings(document, kind, useSettled(description));
  return (
    <SpaceBetween size="xs">
      <JsonEditor label={label} value={document} onChange={onChange} problems={problems} height={height} />
      {error !== undefined && <ErrorBox error={error} title={words.notLinted} />}
    </SpaceBetween>
  );
}

/** What lint says of a document that stands elsewhere on the page. */
export function Findings({ document, kind, description = "" }: Linted) {
  const { problems, error } = useFindings(document, kind, useSettled(description));
  return (
    <SpaceBetween size="xs">
      <FindingsList problems={problems} />
      {error !== undefined && <ErrorBox error={error} title={words.notLinted} />}
    </SpaceBetween>
  );
}
