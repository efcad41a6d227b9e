import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { JsonEditor } from "../../../parts/editor/JsonEditor";
import { useFindings } from "../../../parts/editor/useFindings";
import { ErrorBox } from "../../../parts/ErrorBox";
import { flash } from "../../../parts/flash";
import { permissions } from "../../../strings/principals";
import { role as words, roles } from "../../../strings/roles";
import { call } from "../calls";
import { run } from "../run";
import { Document } from "../principals/Document";
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
  const { problems } = useFindings(edited ?? document, "trust", description);
  const { running, error, act, forget } = useAct();

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
            {problems.map(({ text, severity }) => (
              <Alert key={text} type={severity}>
                {text}
              </Alert>
            ))}
          </>
        ) : (
          <JsonEditor label={roles.trustPolicy} value={edited} onChange={setEdited} problems={problems} />
        )}
      </SpaceBetween>
    </Container>
  );
}
