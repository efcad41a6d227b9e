/** Ace with all that it needs here: whatever it would load by itself later, or write as an inline style, the CSP forbids. */

import * as ace from "ace-builds";
import "ace-builds/css/ace.css";
import "ace-builds/css/theme/cloud_editor.css";
import "ace-builds/css/theme/cloud_editor_dark.css";
import "ace-builds/src-noconflict/ext-language_tools";
import "ace-builds/src-noconflict/mode-json";
import "ace-builds/src-noconflict/snippets/json";
import "ace-builds/src-noconflict/theme-cloud_editor";
import "ace-builds/src-noconflict/theme-cloud_editor_dark";

ace.config.set("useStrictCSP", true);
// What is wrong is said by the server alone, not by Ace's own JSON worker.
ace.config.setDefaultValue("session", "useWorker", false);

/** Ace for Cloudscape's CodeEditor, which tells `onEditor` of the editor that it made. */
export function aceTelling(onEditor: (editor: ace.Ace.Editor) => void) {
  return {
    ...ace,
    edit: (element: HTMLElement, options: Partial<ace.Ace.EditorOptions>) => {
      const editor = ace.edit(element, { ...options, tabSize: 2, useSoftTabs: true, showPrintMargin: false });
      onEditor(editor);
      return editor;
    },
  };
}
