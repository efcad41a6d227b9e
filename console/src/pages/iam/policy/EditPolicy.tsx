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
import { useFindings } from "../../../parts/editor/useFindings";
import { flash } from "../../../parts/flash";
import { useGo } from "../../../parts/go";
import { useSteps } from "../../../parts/StepsProgress";
import { useUnsaved } from "../../../parts/unsaved";
import { editor } from "../../../strings/policies";
import { edit as words } from "../../../strings/policy";
import { policyPath } from "../paths";
import { PolicyEditor } from "../policies/PolicyEditor";
import { useDraft } from "../policies/useDraft";
import { useVerdict } from "../policies/useVerdict";
import { nameOf } from "../principals/principal";
import { Running } from "../principals/Running";
import { asSteps } from "../run";
import type { Edited } from "./EditPolicyPage";
import { changesToSave, faultsOf, isFull, type NewVersion } from "./newVersion";

/** The default version's document, edited into a new version. */
export function EditPolicy({ arn, policy, versions, document }: Edited & { arn: string }) {
  const draft = useDraft(document);
  const [choice, setChoice] = useState<Omit<NewVersion, "document">>({ asDefault: true });
  const [isTried, setTried] = useState(false);
  const findings = useFindings(draft.text, "identity", policy?.Description);
  const verdict = useVerdict(draft.text);
  const running = useSteps();
  const { go } = useGo();
  useUnsaved(draft.isChanged && running.steps.length === 0);
  const name = nameOf(arn);
  const back = `${policyPath(arn)}?tab=versions`;
  const put = (part: Partial<NewVersion>) => setChoice((before) => ({ ...before, ...part }));
  const version = { document: draft.text, ...choice };
  const changes = changesToSave(arn, version);
  const faults = draft.isUnfinished
    ? { document: editor.unfinished }
    : faultsOf(version, versions, findings.problems);

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
          <PolicyEditor
            draft={draft}
            findings={findings}
            verdict={verdict}
            tried={isTried}
            fault={isTried ? faults.document : undefined}
          />
          <Container header={<Header variant="h2">{words.version}</Header>}>
            <SpaceBetween size="m">
              <Checkbox
                checked={choice.asDefault}
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
                    value={choice.deleteFirst ?? null}
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
