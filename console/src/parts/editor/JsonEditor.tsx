import { lazy, Suspense } from "react";
import { PageLoading } from "../../shell/PageLoading";
import type { Problem } from "./problem";

export interface JsonEditorProps {
  value: string;
  onChange: (value: string) => void;
  /** The name of the text field. */
  label: string;
  problems?: readonly Problem[];
  /** In pixels, of the text alone. */
  height?: number;
  readOnly?: boolean;
}

const Editor = lazy(() => import("./AceEditor"));

/** A JSON text with line numbers and colours, and what is wrong with it at its place and in a list below. */
export function JsonEditor(props: JsonEditorProps) {
  return (
    <Suspense fallback={<PageLoading />}>
      <Editor {...props} />
    </Suspense>
  );
}
