import type { Ace } from "ace-builds";
import Button from "@cloudscape-design/components/button";
import CodeEditor, { type CodeEditorProps } from "@cloudscape-design/components/code-editor";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useEffect, useState } from "react";
import { editor as words } from "../../strings/editor";
import { Sentence } from "../Sentence";
import { aceTelling } from "./ace";
import type { JsonEditorProps } from "./JsonEditor";
import type { Problem } from "./problem";

const THEMES = { light: ["cloud_editor"], dark: ["cloud_editor_dark"] };
const NONE: readonly Problem[] = [];

/** Cloudscape's editor; the list of problems below it leads to their places. */
export default function AceEditor(props: JsonEditorProps) {
  const { value, onChange, label, problems = NONE, height = 380, readOnly = false } = props;
  const [editor, setEditor] = useState<Ace.Editor>();
  const [ace] = useState(() => aceTelling(setEditor));
  const [shownHeight, setShownHeight] = useState(height);
  const [preferences, setPreferences] = useState<Partial<CodeEditorProps.Preferences>>({ wrapLines: true });
  useEffect(() => {
    editor?.session.setAnnotations(
      problems.flatMap(({ line, column, text, severity }) =>
        severity === "info" ? [] : [{ row: line - 1, column: column - 1, text, type: severity }],
      ),
    );
  }, [editor, problems]);
  useEffect(() => editor?.setReadOnly(readOnly), [editor, readOnly]);

  function show({ line, column }: Problem): void {
    editor?.gotoLine(line, column - 1, false);
    editor?.focus();
  }

  return (
    <SpaceBetween size="xs">
      <CodeEditor
        ace={ace}
        language="json"
        value={value}
        onDelayedChange={({ detail }) => onChange(detail.value)}
        ariaLabel={label}
        themes={THEMES}
        preferences={preferences}
        onPreferencesChange={({ detail }) => setPreferences(detail)}
        editorContentHeight={shownHeight}
        onEditorContentResize={({ detail }) => setShownHeight(detail.height)}
      />
      <Problems label={label} problems={problems} onShow={show} />
    </SpaceBetween>
  );
}

interface ProblemsProps {
  label: string;
  problems: readonly Problem[];
  onShow: (problem: Problem) => void;
}

function Problems({ label, problems, onShow }: ProblemsProps) {
  return (
    <div role="status" aria-label={words.problems(label)}>
      {problems.map((problem, index) => (
        <div key={index}>
          <StatusIndicator type={problem.severity} iconAriaLabel={words[problem.severity]}>
            <span className="sentence">
              <Sentence text={problem.text} />
            </span>
          </StatusIndicator>{" "}
          <Button variant="inline-link" onClick={() => onShow(problem)}>
            {words.place(problem.line, problem.column)}
          </Button>
        </div>
      ))}
    </div>
  );
}
