import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Form from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { ErrorBox } from "../../parts/ErrorBox";
import { useGo } from "../../parts/go";
import { accountOf, begin, current } from "../../session/session";
import { roleSession } from "../../session/signIn";
import { switchRole } from "../../strings/signIn";

/** Takes on a role. `?role=NAME` fills in the name, so that a link can offer it. */
export default function SwitchRolePage() {
  const [search] = useSearchParams();
  const [account, setAccount] = useState(() => accountOf(current()));
  const [role, setRole] = useState(search.get("role") ?? "");
  const [fault, setFault] = useState<string>();
  const [error, setError] = useState<unknown>();
  const [running, setRunning] = useState(false);
  const { go } = useGo();

  async function submit(): Promise<void> {
    if (!role.trim()) {
      setFault(switchRole.missing);
      return;
    }
    setRunning(true);
    setError(undefined);
    try {
      const session = await roleSession(`arn:aws:iam::${account.trim()}:role/${role.trim()}`, sessionName());
      go("/"); // before the change: afterwards this page is gone
      begin(session);
    } catch (caught) {
      setError(caught);
      setRunning(false);
    }
  }

  return (
    <ContentLayout
      header={
        <Header variant="h1" description={switchRole.description}>
          {switchRole.title}
        </Header>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Form
          actions={
            <Button variant="primary" formAction="submit" loading={running}>
              {switchRole.submit}
            </Button>
          }
        >
          <SpaceBetween size="m">
            {error !== undefined && <ErrorBox error={error} />}
            <Container>
              <SpaceBetween size="m">
                <FormField label={switchRole.account}>
                  <Input value={account} inputMode="numeric" onChange={({ detail }) => setAccount(detail.value)} />
                </FormField>
                <FormField label={switchRole.role} description={switchRole.roleHint} errorText={fault}>
                  <Input value={role} spellcheck={false} onChange={({ detail }) => setRole(detail.value)} />
                </FormField>
              </SpaceBetween>
            </Container>
          </SpaceBetween>
        </Form>
      </form>
    </ContentLayout>
  );
}

/** Who took on the role, as its session's name: what AWS's console does too. */
function sessionName(): string {
  const who = current().arn.split("/").at(-1) ?? "";
  return who.replace(/[^\w+=,.@-]/g, "-").slice(-64).padEnd(2, "-");
}
