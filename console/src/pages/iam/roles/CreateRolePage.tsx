import Wizard from "@cloudscape-design/components/wizard";
import { useCallback, useState } from "react";
import { flash } from "../../../parts/flash";
import { useGo } from "../../../parts/go";
import { useSteps } from "../../../parts/StepsProgress";
import { tagFaults } from "../../../parts/tags";
import { differs, useUnsaved } from "../../../parts/unsaved";
import { useLoad } from "../../../parts/useLoad";
import { accountOf, current } from "../../../session/session";
import { roles as words } from "../../../strings/roles";
import { rolePath } from "../paths";
import { asSteps } from "../run";
import { abilitiesWith } from "../principals/AbilityCard";
import { PermissionsStep } from "../principals/PermissionsStep";
import { Running } from "../principals/Running";
import { changesToCreate, EMPTY, isRoleName, type RoleDraft } from "./draft";
import { ReviewStep } from "./ReviewStep";
import { trustFaults } from "./trust";
import { TrustedEntityStep } from "./TrustedEntityStep";

export default function CreateRolePage() {
  const [draft, setDraft] = useState(EMPTY);
  const [step, setStep] = useState(0);
  const [tried, setTried] = useState<readonly number[]>([]);
  const running = useSteps();
  const { go } = useGo();
  useUnsaved(differs(draft, EMPTY) && running.steps.length === 0);
  const put = (part: Partial<RoleDraft>) => setDraft((before) => ({ ...before, ...part }));

  const { policies, boundary } = draft;
  const verdict = useLoad(useCallback(() => abilitiesWith(policies, boundary), [policies, boundary]));

  function done(): void {
    flash("success", words.created(draft.name));
    go(rolePath(draft.name));
  }

  async function submit(): Promise<void> {
    setTried([...tried, step]);
    if (faulty(draft).includes(step)) return;
    if (await running.start(asSteps(changesToCreate(draft, accountOf(current()))))) done();
  }

  function navigate(wanted: number): void {
    // A step is left for a later one only when it is whole.
    const stop = faulty(draft).find((index) => index >= step && index < wanted);
    setTried([...tried, step]);
    setStep(stop ?? wanted);
  }

  if (running.steps.length > 0) {
    return <Running title={words.creating(draft.name)} running={running} onDone={done} to="/iam/roles" />;
  }
  const isTried = (index: number) => tried.includes(index);
  return (
    <Wizard
      steps={[
        {
          title: words.steps.trust,
          content: (
            <TrustedEntityStep
              choice={draft.trust}
              tried={isTried(0)}
              onChange={(part) => put({ trust: { ...draft.trust, ...part } })}
            />
          ),
        },
        {
          title: words.steps.permissions,
          content: (
            <PermissionsStep kind="role" policies={policies} boundary={boundary} verdict={verdict} onChange={put} />
          ),
        },
        {
          title: words.steps.review,
          content: (
            <ReviewStep draft={draft} onChange={put} onEdit={setStep} tried={isTried(2)} verdict={verdict} />
          ),
        },
      ]}
      activeStepIndex={step}
      submitButtonText={words.create}
      onNavigate={({ detail }) => navigate(detail.requestedStepIndex)}
      onCancel={() => go("/iam/roles")}
      onSubmit={() => void submit()}
    />
  );
}

/** The steps that aren't whole. */
function faulty({ trust, name, tags }: RoleDraft): number[] {
  return [
    ...(trustFaults(trust).length > 0 ? [0] : []),
    ...(isRoleName(name) && tagFaults(tags).every((fault) => fault === undefined) ? [] : [2]),
  ];
}
