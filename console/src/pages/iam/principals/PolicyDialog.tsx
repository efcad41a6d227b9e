import Box from "@cloudscape-design/components/box";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { differs, useUnsaved } from "../../../parts/unsaved";
import { permissions as words } from "../../../strings/principals";
import { Dialog } from "./Dialog";
import type { Inline } from "./held";
import { LintedEditor } from "./Linted";
import { isPolicyName } from "./principal";
import { readable } from "./readable";

const EXAMPLE = JSON.stringify(
  { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" }] },
  null,
  4,
);

interface PolicyDialogProps {
  title: string;
  hint?: string;
  /** A policy that exists: its name stays. */
  from?: Inline | undefined;
  /** What stands in the editor of a new one at first. */
  example?: string | undefined;
  description?: string;
  onDescribe?: (description: string) => void;
  save: (policy: Inline) => Promise<unknown>;
  onDone: (policy: Inline) => void;
  onCancel: () => void;
}

/** The name and the document of a policy, with lint beside it. */
export function PolicyDialog(props: PolicyDialogProps) {
  const { title, hint, from, example = EXAMPLE, description = "", onDescribe, save, onDone, onCancel } = props;
  const [name, setName] = useState(from?.name ?? "");
  const [document, setDocument] = useState(from ? readable(from.document) : example);
  const [isTried, setTried] = useState(false);
  const [begun] = useState([name, document]);
  useUnsaved(differs([name, document], begun));

  function change(): Promise<unknown> | undefined {
    setTried(true);
    return isPolicyName(name) ? save({ name, document }) : undefined;
  }

  return (
    <Dialog
      title={title}
      size="large"
      submit={from ? words.save : title}
      change={change}
      onDone={() => onDone({ name, document })}
      onCancel={onCancel}
    >
      {hint && <Box variant="p">{hint}</Box>}
      {!from && (
        <FormField
          label={words.name}
          constraintText={words.nameRule}
          errorText={isTried && !isPolicyName(name) ? words.nameRule : undefined}
        >
          <Input value={name} spellcheck={false} onChange={({ detail }) => setName(detail.value)} />
        </FormField>
      )}
      {onDescribe && (
        <FormField label={`${words.description} - ${words.optional}`}>
          <Input value={description} onChange={({ detail }) => onDescribe(detail.value)} />
        </FormField>
      )}
      <LintedEditor
        label={words.document}
        document={document}
        kind="identity"
        description={description}
        onChange={setDocument}
        height={260}
      />
    </Dialog>
  );
}
