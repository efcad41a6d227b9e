import Box from "@cloudscape-design/components/box";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { JsonEditor } from "../../../parts/editor/JsonEditor";
import { useFindings } from "../../../parts/editor/useFindings";
import { useSettled } from "../../../parts/editor/useSettled";
import { permissions as words } from "../../../strings/principals";
import { Dialog } from "./Dialog";
import type { Inline } from "./held";
import { isPolicyName } from "./principal";

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
  description?: string;
  onDescribe?: (description: string) => void;
  save: (policy: Inline) => Promise<unknown>;
  onDone: (policy: Inline) => void;
  onCancel: () => void;
}

/** The name and the document of a policy, with lint beside it. */
export function PolicyDialog(props: PolicyDialogProps) {
  const { title, hint, from, description = "", onDescribe, save, onDone, onCancel } = props;
  const [name, setName] = useState(from?.name ?? "");
  const [document, setDocument] = useState(from?.document ?? EXAMPLE);
  const [isTried, setTried] = useState(false);
  const { problems } = useFindings(document, "identity", useSettled(description));

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
      <JsonEditor label={words.document} value={document} onChange={setDocument} problems={problems} height={260} />
    </Dialog>
  );
}
