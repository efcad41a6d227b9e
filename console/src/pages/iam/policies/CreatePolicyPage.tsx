import SpaceBetween from "@cloudscape-design/components/space-between";
import Wizard from "@cloudscape-design/components/wizard";
import { useState } from "react";
import { FindingsList } from "../../../parts/editor/FindingsList";
import { useFindings } from "../../../parts/editor/useFindings";
import { useSettled } from "../../../parts/editor/useSettled";
import { flash } from "../../../parts/flash";
import { useGo } from "../../../parts/go";
import { useSteps } from "../../../parts/StepsProgress";
import { differs, useUnsaved } from "../../../parts/unsaved";
import { editor, policies as words, review } from "../../../strings/policies";
import { Running } from "../principals/Running";
import { asSteps } from "../run";
import { areWhole, changesToCreate, NO_DETAILS, type Details } from "./newPolicy";
import { PolicyEditor } from "./PolicyEditor";
import { ReviewStep } from "./ReviewStep";
import { useDraft } from "./useDraft";
import { useVerdict } from "./useVerdict";

const LIST = "/iam/policies";

export default function CreatePolicyPage() {
  const draft = useDraft();
  const [details, setDetails] = useState(NO_DETAILS);
  const [step, setStep] = useState(0);
  const [tried, setTried] = useState<readonly number[]>([]);
  const findings = useFindings(draft.text, "identity", useSettled(details.description));
  const verdict = useVerdict(draft.text);
  const running = useSteps();
  const { go } = useGo();
  useUnsaved((draft.isChanged || differs(details, NO_DETAILS)) && running.steps.length === 0);
  const put = (part: Partial<Details>) => setDetails((before) => ({ ...before, ...part }));
  const isUnreadable = !draft.visual && verdict.trouble !== undefined && verdict.document === draft.text;
  const isSpecified = !draft.isUnfinished && !isUnreadable;

  function done(): void {
    flash("success", words.created(details.name));
    go(LIST);
  }

  async function submit(): Promise<void> {
    setTried([...tried, step]);
    // Whoever was quick can be here before the server has said that the document can't be read.
    if (!isSpecified) setStep(0);
    else if (areWhole(details) && (await running.start(asSteps(changesToCreate(draft.text, details))))) done();
  }

  function navigate(wanted: number): void {
    setTried([...tried, step]);
    if (wanted < step || isSpecified) setStep(wanted);
  }

  if (running.steps.length > 0) {
    return <Running title={words.creating(details.name)} running={running} onDone={done} to={LIST} />;
  }
  const isTried = (index: number) => tried.includes(index);
  return (
    <Wizard
      steps={[
        {
          title: editor.specify,
          description: editor.specifyHint,
          content: (
            <PolicyEditor
              draft={draft}
              findings={findings}
              verdict={verdict}
              tried={isTried(0)}
              fault={isTried(0) && !isSpecified ? (draft.visual ? editor.unfinished : editor.unreadable) : undefined}
            />
          ),
        },
        {
          title: review.create,
          description: review.createHint,
          content: (
            <SpaceBetween size="l">
              <FindingsList problems={findings.problems} />
              <ReviewStep
                document={draft.text}
                details={details}
                onChange={put}
                onEdit={() => setStep(0)}
                tried={isTried(1)}
              />
            </SpaceBetween>
          ),
        },
      ]}
      activeStepIndex={step}
      submitButtonText={words.create}
      onNavigate={({ detail }) => navigate(detail.requestedStepIndex)}
      onCancel={() => go(LIST)}
      onSubmit={() => void submit()}
    />
  );
}
