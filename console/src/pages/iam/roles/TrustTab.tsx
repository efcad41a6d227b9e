import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { ErrorBox } from "../../../parts/ErrorBox";
import { flash } from "../../../parts/flash";
import { useUnsaved } from "../../../parts/unsaved";
import { permissions } from "../../../strings/principals";
import { role as words, roles } from "../../../strings/roles";
import { call } from "../calls";
import { run } from "../run";
import { Document } from "../principals/Document";
import { Findings, LintedEditor } from "../principals/Linted";
import { useAct } from "../principals/useAct";

interface TrustTabProps {
  name: string;
  description: string;
  document: string;
  again: () => void;
}

/** Who can take on the role; edited in place, with lint. */
export function TrustTab({ name, description, document, again }: TrustTabProps) {
  const [edited, setEdited] = useState<string>();
  const { running, error, act, forget } = useAct();
  useUnsaved(edited !== undefined && edited !== document);

  async function save(text: string): Promise<void> {
    const input = { RoleName: name, PolicyDocument: text };
    if (!(await act(() => run(call("UpdateAssumeRolePolicy", input))))) return;
    setEdited(undefined);
    flash("success", words.trustSaved);
    again();
  }

  function cancel(): void {
    setEdited(undefined);
    forget();
  }

  return (
    <Container
      header={
        <Header
          variant="h2"
          description={words.trustedHint}
          actions={
            edited === undefined ? (
              <Button onClick={() => setEdited(document)}>{words.editTrust}</Button>
            ) : (
              <SpaceBetween direction="horizontal" size="xs">
                <Button variant="link" onClick={cancel}>
                  {permissions.cancel}
                </Button>
                <Button variant="primary" loading={running} onClick={() => void save(edited)}>
                  {words.updateTrust}
                </Button>
              </SpaceBetween>
            )
          }
        >
          {words.trustedEntities}
        </Header>
      }
    >
      <SpaceBetween size="s">
        {error !== undefined && <ErrorBox error={error} />}
        {edited === undefined ? (
          <>
            <Document text={document} label={roles.trustPolicy} />
            <Findings document={document} kind="trust" description={description} />
          </>
        ) : (
          <LintedEditor
            label={roles.trustPolicy}
            document={edited}
            kind="trust"
            description={description}
            onChange={setEdited}
          />
        )}
      </SpaceBetween>
    </Container>
  );
}
