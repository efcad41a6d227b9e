import Button from "@cloudscape-design/components/button";
import Form from "@cloudscape-design/components/form";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";
import { ErrorBox } from "../../parts/ErrorBox";
import { signIn } from "../../strings/signIn";

interface SignInFormProps {
  submitText: string;
  running: boolean;
  /** Seconds until the next attempt may be made. */
  wait: number;
  error: unknown;
  /** A sentence about what was typed. */
  fault?: string | undefined;
  submit: () => void;
  children: ReactNode;
}

/** Fields, what went wrong, and one button, which Enter presses too. */
export function SignInForm({ submitText, running, wait, error, fault, submit, children }: SignInFormProps) {
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
          <Button variant="primary" formAction="submit" loading={running} disabled={wait > 0}>
            {wait > 0 ? signIn.retryAfter(wait) : submitText}
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
