import type { CreatePolicyResponse } from "@aws-sdk/client-iam";
import { useRef, useState } from "react";
import { flash } from "../../../parts/flash";
import { permissions as words } from "../../../strings/principals";
import { call } from "../calls";
import { run } from "../run";
import { PolicyDialog } from "./PolicyDialog";
import type { PolicyRef } from "./principal";

interface CreatePolicyDialogProps {
  /** The document to begin with. */
  from?: string;
  onMade: (policy: PolicyRef) => void;
  onCancel: () => void;
}

/** Makes a managed policy without leaving the form that misses it. */
export function CreatePolicyDialog({ from, onMade, onCancel }: CreatePolicyDialogProps) {
  const [description, setDescription] = useState("");
  const arn = useRef("");
  return (
    <PolicyDialog
      title={words.created}
      example={from}
      description={description}
      onDescribe={setDescription}
      onCancel={onCancel}
      save={async ({ name, document }) => {
        const input = { PolicyName: name, PolicyDocument: document, ...(description && { Description: description }) };
        const made = (await run(call("CreatePolicy", input))) as CreatePolicyResponse;
        arn.current = made.Policy?.Arn ?? "";
      }}
      onDone={({ name }) => {
        flash("success", words.made(name));
        onMade({ name, arn: arn.current });
      }}
    />
  );
}
