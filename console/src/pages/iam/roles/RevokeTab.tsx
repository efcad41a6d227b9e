import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback, useState } from "react";
import { ErrorBox } from "../../../parts/ErrorBox";
import { flash } from "../../../parts/flash";
import { useLoad } from "../../../parts/useLoad";
import { role as words } from "../../../strings/roles";
import { run } from "../run";
import { Dialog } from "../principals/Dialog";
import { inlineDocument, inlineNames } from "../principals/held";
import { putInline } from "../principals/principal";
import { REVOCATION, revocation, revokedBefore } from "./revocation";

export function RevokeTab({ name }: { name: string }) {
  const { value: since, error, again } = useLoad(useCallback(() => revokedSince(name), [name]));
  const [isOpen, setOpen] = useState(false);
  return (
    <Container
      header={
        <Header variant="h2" actions={<Button onClick={() => setOpen(true)}>{words.revoke}</Button>}>
          {words.tabs.revoke}
        </Header>
      }
    >
      <SpaceBetween size="s">
        <Box variant="p">{words.revokeHint}</Box>
        {since !== undefined && <Alert type="info">{words.revokedBefore(new Date(since).toLocaleString())}</Alert>}
        {error !== undefined && <ErrorBox error={error} again={again} />}
      </SpaceBetween>
      {isOpen && (
        <Dialog
          title={words.revokeTitle(name)}
          submit={words.revoke}
          change={() => run(putInline({ kind: "role", name }, REVOCATION, revocation(new Date())))}
          onDone={() => {
            setOpen(false);
            flash("success", words.revoked);
            again();
          }}
          onCancel={() => setOpen(false)}
        >
          <Box variant="p">{words.revokeHint}</Box>
        </Dialog>
      )}
    </Container>
  );
}

async function revokedSince(name: string): Promise<string | undefined> {
  const role = { kind: "role", name } as const;
  if (!(await inlineNames(role)).includes(REVOCATION)) return undefined;
  return revokedBefore(await inlineDocument(role, REVOCATION));
}
