import type { CreateAccessKeyResponse } from "@aws-sdk/client-iam";
import Wizard from "@cloudscape-design/components/wizard";
import { useCallback, useState } from "react";
import { flash } from "../../../parts/flash";
import { useGo } from "../../../parts/go";
import { useSteps } from "../../../parts/StepsProgress";
import { useLoad } from "../../../parts/useLoad";
import { users as words } from "../../../strings/users";
import { userPath } from "../paths";
import { asSteps } from "../run";
import { abilitiesWith } from "../principals/AbilityCard";
import { PermissionsStep } from "../principals/PermissionsStep";
import { Running } from "../principals/Running";
import { tagFaults } from "../../../parts/tags";
import { differs, useUnsaved } from "../../../parts/unsaved";
import { CreatedUser } from "./CreatedUser";
import { changesToCreate, EMPTY, isUserName, type UserDraft } from "./draft";
import { generatedPassword } from "./password";
import type { Secrets } from "./secretFiles";
import { UserDetailsStep } from "./UserDetailsStep";
import { UserReviewStep } from "./UserReviewStep";

export default function CreateUserPage() {
  const [draft, setDraft] = useState(EMPTY);
  const [step, setStep] = useState(0);
  const [tried, setTried] = useState<readonly number[]>([]);
  const [secrets, setSecrets] = useState<Secrets>();
  const [isDone, setDone] = useState(false);
  const running = useSteps();
  useUnsaved(differs(draft, EMPTY) && running.steps.length === 0);
  const { go } = useGo();
  const put = (part: Partial<UserDraft>) => setDraft((before) => ({ ...before, ...part }));

  const { name, policies, boundary } = draft;
  const verdict = useLoad(useCallback(() => abilitiesWith(policies, boundary), [policies, boundary]));

  function done(): void {
    flash("success", words.wasCreated(name));
    if (draft.hasPassword || draft.hasKey) setDone(true);
    else go(userPath(name));
  }

  async function submit(): Promise<void> {
    setTried([...tried, step]);
    if (faulty(draft).length > 0) return;
    const password = draft.isCustom ? draft.custom : generatedPassword();
    setSecrets({ user: name, ...(draft.hasPassword && { password }) });
    const steps = asSteps(changesToCreate(draft, password), ({ operation }, answer) => {
      if (operation !== "CreateAccessKey") return;
      const { AccessKey: key } = answer as CreateAccessKeyResponse;
      if (!key?.AccessKeyId || !key.SecretAccessKey) return;
      const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = key;
      setSecrets((before) => ({ user: name, ...before, accessKeyId, secretAccessKey }));
    });
    if (await running.start(steps)) done();
  }

  function navigate(wanted: number): void {
    const stop = faulty(draft).find((index) => index >= step && index < wanted);
    setTried([...tried, step]);
    setStep(stop ?? wanted);
  }

  if (isDone && secrets) return <CreatedUser secrets={secrets} />;
  if (running.steps.length > 0) {
    return <Running title={words.creating(name)} running={running} onDone={done} to="/iam/users" />;
  }
  const isTried = (index: number) => tried.includes(index);
  return (
    <Wizard
      steps={[
        {
          title: words.steps.details,
          content: <UserDetailsStep draft={draft} onChange={put} tried={isTried(0)} />,
        },
        {
          title: words.steps.permissions,
          description: words.permissionsHint,
          content: (
            <PermissionsStep kind="user" policies={policies} boundary={boundary} verdict={verdict} onChange={put} />
          ),
        },
        {
          title: words.steps.review,
          content: <UserReviewStep draft={draft} onChange={put} tried={isTried(2)} verdict={verdict} />,
        },
      ]}
      activeStepIndex={step}
      submitButtonText={words.create}
      onNavigate={({ detail }) => navigate(detail.requestedStepIndex)}
      onCancel={() => go("/iam/users")}
      onSubmit={() => void submit()}
    />
  );
}

/** The steps that aren't whole. */
function faulty({ name, hasPassword, isCustom, custom, tags }: UserDraft): number[] {
  return [
    ...(isUserName(name) && !(hasPassword && isCustom && !custom) ? [] : [0]),
    ...(tagFaults(tags).every((fault) => fault === undefined) ? [] : [2]),
  ];
}
