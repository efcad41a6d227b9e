import Alert from "@cloudscape-design/components/alert";
import FormField from "@cloudscape-design/components/form-field";
import Input, { type InputProps } from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useEffect, useState } from "react";
import { ApiError } from "../../api/failure";
import { place, withNewPassword, withPassword } from "../../session/signIn";
import { signIn } from "../../strings/signIn";
import { SignInForm } from "./SignInForm";
import { useSubmit } from "../../parts/useSubmit";

const EMPTY = { account: "", user: "", password: "", newPassword: "", repeated: "" };

type Typed = typeof EMPTY;

export function PasswordForm() {
  const [typed, setTyped] = useState<Typed>(EMPTY);
  const [mustChange, setMustChange] = useState(false);
  const [fault, setFault] = useState<string>();
  const { account, user, password, newPassword, repeated } = typed;
  const put = (name: keyof Typed, value: string) => setTyped((before) => ({ ...before, [name]: value }));
  useAccount((known) => setTyped((before) => (before.account ? before : { ...before, account: known })));
  const { running, error, wait, submit } = useSubmit(async () => {
    if (mustChange) return withNewPassword(account, user, password, newPassword);
    try {
      await withPassword(account, user, password);
    } catch (caught) {
      if (!(caught instanceof ApiError) || caught.code !== "PasswordChangeRequired") throw caught;
      setMustChange(true);
    }
  });

  function start(): void {
    const wanted = mustChange ? [account, user, password, newPassword, repeated] : [account, user, password];
    const found = wanted.includes("") ? signIn.missing : mustChange && newPassword !== repeated ? signIn.differ : undefined;
    setFault(found);
    if (!found) void submit();
  }

  const field = (label: string, name: keyof Typed, autoComplete: string, type: InputProps.Type = "text") => (
    <FormField label={label}>
      <Input
        value={typed[name]}
        type={type}
        autoComplete={autoComplete}
        spellcheck={false}
        onChange={({ detail }) => put(name, detail.value)}
      />
    </FormField>
  );

  return (
    <SignInForm
      submitText={mustChange ? signIn.changeAndSignIn : signIn.signIn}
      running={running}
      wait={wait}
      error={error}
      fault={fault}
      submit={start}
    >
      <SpaceBetween size="m">
        {mustChange && <Alert type="info">{signIn.mustChange}</Alert>}
        {field(signIn.account, "account", "off")}
        {field(signIn.userName, "user", "username")}
        {field(signIn.password, "password", "current-password", "password")}
        {mustChange && field(signIn.newPassword, "newPassword", "new-password", "password")}
        {mustChange && field(signIn.repeatPassword, "repeated", "new-password", "password")}
      </SpaceBetween>
    </SignInForm>
  );
}

/** Tells the server's account once it is known; without it the account is typed. */
function useAccount(tell: (account: string) => void): void {
  useEffect(() => {
    place().then(
      ({ account }) => tell(account),
      () => undefined,
    );
    // Once: what is told next time would be the same.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
}
