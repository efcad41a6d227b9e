import type { LoginProfile } from "@aws-sdk/client-iam";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback, useState } from "react";
import { ErrorBox } from "../../../parts/ErrorBox";
import { flash } from "../../../parts/flash";
import { BASE } from "../../../parts/go";
import { useLoad } from "../../../parts/useLoad";
import { listing } from "../../../strings/shell";
import { signIn as words, users } from "../../../strings/users";
import { call } from "../calls";
import { run } from "../run";
import { Dialog } from "../principals/Dialog";
import { loginProfileOf } from "./credentials";
import { EMPTY } from "./draft";
import { generatedPassword } from "./password";
import { PasswordFields, type PasswordChoice } from "./PasswordFields";
import { SecretsDialog } from "./SecretsDialog";

/** The console password: set, reset, deleted. */
export function SignIn({ name, lastSignIn }: { name: string; lastSignIn: Date | undefined }) {
  const { value: profile, error, loading, again } = useLoad(useCallback(() => loginProfileOf(name), [name]));
  const [isOpen, setOpen] = useState<"set" | "disable">();
  const [password, setPassword] = useState<string>();

  function finish(said: string): void {
    setOpen(undefined);
    flash("success", said);
    again();
  }

  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {profile && <Button onClick={() => setOpen("disable")}>{words.disable}</Button>}
              <Button onClick={() => setOpen("set")}>{profile ? words.reset : words.enable}</Button>
            </SpaceBetween>
          }
        >
          {words.title}
        </Header>
      }
    >
      {error !== undefined ? (
        <ErrorBox error={error} again={again} />
      ) : (
        <KeyValuePairs
          columns={3}
          items={[
            { label: words.link, value: `${location.origin}${BASE}/` },
            { label: words.password, value: loading && profile === undefined ? listing.loading : stateOf(profile) },
            { label: words.lastSignIn, value: lastSignIn?.toLocaleString() ?? users.never },
          ]}
        />
      )}
      {isOpen === "set" && (
        <PasswordDialog
          name={name}
          isNew={!profile}
          onDone={(made) => {
            setPassword(made);
            finish(words.saved);
          }}
          onCancel={() => setOpen(undefined)}
        />
      )}
      {isOpen === "disable" && (
        <Dialog
          title={words.disableTitle(name)}
          submit={words.disable}
          change={() => run(call("DeleteLoginProfile", { UserName: name }))}
          onDone={() => finish(words.disabled)}
          onCancel={() => setOpen(undefined)}
        >
          <Box variant="p">{words.disableHint}</Box>
        </Dialog>
      )}
      {password !== undefined && (
        <SecretsDialog secrets={{ user: name, password }} onClose={() => setPassword(undefined)} />
      )}
    </Container>
  );
}

interface PasswordDialogProps {
  name: string;
  isNew: boolean;
  /** With the password, when it was made here and nobody knows it yet. */
  onDone: (made: string | undefined) => void;
  onCancel: () => void;
}

function PasswordDialog({ name, isNew, onDone, onCancel }: PasswordDialogProps) {
  const [choice, setChoice] = useState<PasswordChoice>(EMPTY);
  const [isTried, setTried] = useState(false);
  const [made] = useState(() => generatedPassword());

  function change(): Promise<unknown> | undefined {
    setTried(true);
    const password = choice.isCustom ? choice.custom : made;
    if (!password) return undefined;
    const input = { UserName: name, Password: password, PasswordResetRequired: choice.mustChange };
    return run(call(isNew ? "CreateLoginProfile" : "UpdateLoginProfile", input));
  }

  return (
    <Dialog
      title={isNew ? words.enable : words.reset}
      submit={isNew ? words.enable : words.reset}
      change={change}
      onDone={() => onDone(choice.isCustom ? undefined : made)}
      onCancel={onCancel}
    >
      <PasswordFields
        choice={choice}
        tried={isTried}
        onChange={(part) => setChoice((before) => ({ ...before, ...part }))}
      />
    </Dialog>
  );
}

function stateOf(profile: LoginProfile | null | undefined): string {
  if (!profile) return words.notEnabled;
  if (profile.PasswordResetRequired) return words.mustChange;
  return words.set(profile.CreateDate?.toLocaleString() ?? "");
}
