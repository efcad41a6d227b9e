import Button from "@cloudscape-design/components/button";
import Form from "@cloudscape-design/components/form";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";
import { ErrorBox } from "../../parts/ErrorBox";
import { signIn } from "../../strings/signIn";

interface SignInFormProps {
  submitText: string;
  running: boolean;
  error: unknown;
  /** A sentence about what was typed. */
  fault?: string | undefined;
  submit: () => void;
  children: ReactNode;
}

/** Fields, what went wrong, and one button, which Enter presses too. */
export function SignInForm({ submitText, running, error, fault, submit, children }: SignInFormProps) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Form
        errorText={fault}
        actions={
          <Button variant="primary" formAction="submit" loading={running}>
            {submitText}
          </Button>
        }
      >
        <SpaceBetween size="m">
          {children}
          {error !== undefined && <ErrorBox error={error} title={signIn.refused} />}
        </SpaceBetween>
      </Form>
    </form>
  );
}
