import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { withKey } from "../../session/signIn";
import { signIn } from "../../strings/signIn";
import { SignInForm } from "./SignInForm";
import { useSubmit } from "../../parts/useSubmit";

export function KeyForm() {
  const [keyId, setKeyId] = useState("");
  const [secret, setSecret] = useState("");
  const [fault, setFault] = useState<string>();
  const { running, error, wait, submit } = useSubmit(() => withKey(keyId.trim(), secret.trim()));

  function start(): void {
    const missing = !keyId.trim() || !secret.trim();
    setFault(missing ? signIn.missing : undefined);
    if (!missing) void submit();
  }

  return (
    <SignInForm submitText={signIn.signIn} running={running} wait={wait} error={error} fault={fault} submit={start}>
      <SpaceBetween size="m">
        <FormField label={signIn.keyId} description={signIn.whereIsTheKey}>
          <Input value={keyId} autoComplete={false} spellcheck={false} onChange={({ detail }) => setKeyId(detail.value)} />
        </FormField>
        <FormField label={signIn.secret} constraintText={signIn.keyHint}>
          <Input value={secret} type="password" autoComplete={false} onChange={({ detail }) => setSecret(detail.value)} />
        </FormField>
      </SpaceBetween>
    </SignInForm>
  );
}
