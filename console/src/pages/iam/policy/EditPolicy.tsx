import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Form from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { CopyAs } from "../../../parts/CopyAs";
import { JsonEditor } from "../../../parts/editor/JsonEditor";
import { useFindings } from "../../../parts/editor/useFindings";
import { ErrorBox } from "../../../parts/ErrorBox";
import { flash } from "../../../parts/flash";
import { useGo } from "../../../parts/go";
import { useSteps } from "../../../parts/StepsProgress";
import { edit as words, policy as policyWords } from "../../../strings/policy";
import { policyPath } from "../paths";
import { nameOf } from "../principals/principal";
import { Running } from "../principals/Running";
import { asSteps } from "../run";
import type { Edited } from "./EditPolicyPage";
import { changesToSave, faultsOf, isFull, type NewVersion } from "./newVersion";

/** The default version's document, edited into a new version. */
export function EditPolicy({ arn, policy, versions, document }: Edited & { arn: string }) {
  const [draft, setDraft] = useState<NewVersion>({ document, asDefault: true });
  const [isTried, setTried] = useState(false);
  const { problems, error } = useFindings(draft.document, "identity", policy?.Description);
  const running = useSteps();
  const { go } = useGo();
  const name = nameOf(arn);
  const back = `${policyPath(arn)}?tab=versions`;
  const put = (part: Partial<NewVersion>) => setDraft((before) => ({ ...before, ...part }));
  const changes = changesToSave(arn, draft);
  const faults = faultsOf(draft, versions, problems);

  function done(): void {
    flash("success", words.made(name));
    go(back);
  }

  async function save(): Promise<void> {
    setTried(true);
    if (Object.keys(faults).length > 0) return;
    if (await running.start(asSteps(changes))) done();
  }

  if (running.steps.length > 0) {
    return <Running title={words.saving(name)} running={running} onDone={done} to={back} />;
  }
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={words.hint}>
          {words.title(name)}
        </Header>
      }
    >
      <Form
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={() => go(back)}>
              {words.cancel}
            </Button>
            <Button variant="primary" onClick={() => void save()}>
              {words.save}
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          <Container header={<Header variant="h2">{policyWords.document}</Header>}>
            <SpaceBetween size="s">
              <JsonEditor
                label={policyWords.document}
                value={draft.document}
                onChange={(text) => put({ document: text })}
                problems={problems}
              />
              {isTried && faults.document && <Box color="text-status-error">{faults.document}</Box>}
              {error !== undefined && <ErrorBox error={error} title={policyWords.lintFailed} />}
            </SpaceBetween>
          </Container>
          <Container header={<Header variant="h2">{words.version}</Header>}>
            <SpaceBetween size="m">
              <Checkbox
                checked={draft.asDefault}
                description={words.setDefaultHint}
                onChange={({ detail }) => put({ asDefault: detail.checked })}
              >
                {words.setDefault}
              </Checkbox>
              {isFull(versions) && (
                <FormField
                  label={words.full}
                  description={words.fullHint}
                  errorText={isTried ? faults.room : undefined}
                >
                  <RadioGroup
                    value={draft.deleteFirst ?? null}
                    items={versions
                      .filter(({ IsDefaultVersion: isDefault }) => !isDefault)
                      .map(({ VersionId: id = "", CreateDate: at }) => ({
                        value: id,
                        label: words.ofTime(id, at?.toLocaleString() ?? ""),
                      }))}
                    onChange={({ detail }) => put({ deleteFirst: detail.value })}
                  />
                </FormField>
              )}
            </SpaceBetween>
          </Container>
          <CopyAs calls={changes.map((change) => change.call)} />
        </SpaceBetween>
      </Form>
    </ContentLayout>
  );
}
