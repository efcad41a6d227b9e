import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useRef, useState } from "react";
import { CopyAs } from "../../../parts/CopyAs";
import { flash } from "../../../parts/flash";
import { permissions } from "../../../strings/principals";
import { profiles as words } from "../../../strings/profiles";
import { call } from "../calls";
import { run } from "../run";
import { Dialog } from "../principals/Dialog";
import { RoleSelect } from "./RoleSelect";

interface CreateProfileProps {
  onDone: (name: string) => void;
  onCancel: () => void;
}

export function CreateProfile({ onDone, onCancel }: CreateProfileProps) {
  const [name, setName] = useState("");
  const [role, setRole] = useState("");
  const [isTried, setTried] = useState(false);
  const made = useRef("");
  const isName = /^[\w+=,.@-]{1,128}$/.test(name);

  const profile = call("CreateInstanceProfile", { InstanceProfileName: name });
  const adding = role ? [call("AddRoleToInstanceProfile", { InstanceProfileName: name, RoleName: role })] : [];

  // After a refusal of the second call the next try goes on behind the first.
  async function create(): Promise<void> {
    if (made.current !== name) await run(profile);
    made.current = name;
    await Promise.all(adding.map(run));
  }

  return (
    <Dialog
      title={words.create}
      submit={words.create}
      change={() => {
        setTried(true);
        return isName ? create() : undefined;
      }}
      onDone={() => {
        flash("success", words.made(name));
        onDone(name);
      }}
      onCancel={onCancel}
    >
      <FormField
        label={words.name}
        constraintText={words.nameRule}
        errorText={isTried && !isName ? words.nameRule : undefined}
      >
        <Input value={name} spellcheck={false} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
      <RoleSelect label={`${words.roleToo} - ${permissions.optional}`} role={role} onChange={setRole} />
      <CopyAs calls={[profile, ...adding]} />
    </Dialog>
  );
}
