import type { Role } from "@aws-sdk/client-iam";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { flash } from "../../../parts/flash";
import { permissions } from "../../../strings/principals";
import { role as words, roles } from "../../../strings/roles";
import { call } from "../calls";
import { run } from "../run";
import { Dialog } from "../principals/Dialog";

interface EditRoleProps {
  role: Role;
  onDone: () => void;
  onCancel: () => void;
}

/** Description and maximum session duration. */
export function EditRole({ role, onDone, onCancel }: EditRoleProps) {
  const name = role.RoleName ?? "";
  const [description, setDescription] = useState(role.Description ?? "");
  const [seconds, setSeconds] = useState(String(role.MaxSessionDuration ?? 3600));
  const isWhole = /^\d+$/.test(seconds) && Number(seconds) >= 3600 && Number(seconds) <= 43200;
  const input = { RoleName: name, Description: description, MaxSessionDuration: Number(seconds) };
  return (
    <Dialog
      title={words.editTitle(name)}
      submit={permissions.save}
      change={() => (isWhole ? run(call("UpdateRole", input)) : undefined)}
      onDone={() => {
        flash("success", words.updated);
        onDone();
      }}
      onCancel={onCancel}
    >
      <FormField label={roles.description} constraintText={roles.descriptionRule}>
        <Textarea value={description} rows={2} onChange={({ detail }) => setDescription(detail.value)} />
      </FormField>
      <FormField
        label={words.maxSession}
        constraintText={words.maxSessionHint}
        errorText={isWhole ? undefined : words.maxSessionFault}
      >
        <Input value={seconds} inputMode="numeric" onChange={({ detail }) => setSeconds(detail.value)} />
      </FormField>
    </Dialog>
  );
}
