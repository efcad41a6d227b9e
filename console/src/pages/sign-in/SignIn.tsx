import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import Tabs from "@cloudscape-design/components/tabs";
import { useEffect, useState } from "react";
import { ErrorBox } from "../../parts/ErrorBox";
import type { Ending } from "../../session/session";
import { withCode } from "../../session/signIn";
import { product } from "../../strings/shell";
import { signIn } from "../../strings/signIn";
import { KeyForm } from "./KeyForm";
import { PasswordForm } from "./PasswordForm";
import "./sign-in.css";

/** Stands in the place of every page until somebody is signed in. */
export default function SignIn({ code, ending }: { code: string | undefined; ending: Ending }) {
  const { waiting, error } = useCode(ending === "none" ? code : undefined);
  return (
    <main className="sign-in">
      <ContentLayout
        header={
          <Header variant="h1" description={signIn.subtitle}>
            {product}
          </Header>
        }
      >
        <SpaceBetween size="l">
          {ending === "expired" && <Alert type="info">{signIn.expired}</Alert>}
          {ending === "signed-out" && <Alert type="success">{signIn.signedOut}</Alert>}
          {error !== undefined && <ErrorBox error={error} title={signIn.codeFailed} />}
          {waiting ? (
            <Box>
              <Spinner /> {signIn.byCode}
            </Box>
          ) : (
            <Tabs
              ariaLabel={signIn.title}
              variant="container"
              tabs={[
                { id: "user", label: signIn.user, content: <PasswordForm /> },
                { id: "key", label: signIn.key, content: <KeyForm /> },
              ]}
            />
          )}
        </SpaceBetween>
      </ContentLayout>
    </main>
  );
}

const tried = new Set<string>(); // a code works once, and React's strict mode runs effects twice

function useCode(code: string | undefined) {
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    if (code === undefined || tried.has(code)) return;
    tried.add(code);
    withCode(code).catch(setError);
  }, [code]);
  return { waiting: code !== undefined && error === undefined, error };
}
