import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { ModalButtons } from "../../parts/ModalButtons";
import { ErrorBox } from "../../parts/ErrorBox";
import { StepsProgress, useSteps } from "../../parts/StepsProgress";
import { apply as words } from "../../strings/access";
import { canDecideAgain, decidedAgain } from "./again";
import { Moved, type Target } from "./change";
import { ofNew, planned, type Plan } from "./mend";
import type { Change, Decision, Verdict } from "./types";

const NAME = /^[\w+=,.@-]{1,128}$/;

/** Makes the change, decides the request again, and shows the verdict. */
export function Apply({ decision, change, target }: { decision: Decision; change: Change; target: Target }) {
  const running = useSteps();
  const [name, setName] = useState(() => suggested(decision, target));
  const [asked, setAsked] = useState<Plan>();
  const [note, setNote] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [verdict, setVerdict] = useState<Verdict>();
  const [done, setDone] = useState(false);
  const isNameGood = target.kind !== "new" || NAME.test(name);

  async function guarded(act: () => Promise<void>): Promise<void> {
    setBusy(true);
    setError(undefined);
    try {
      await act();
    } catch (caught) {
      if (caught instanceof Moved) setNote(words.moved);
      else setError(caught);
    } finally {
      setBusy(false);
    }
  }

  const decide = () => guarded(async () => setVerdict(await decidedAgain(decision)));

  async function finish(): Promise<void> {
    setDone(true);
    if (canDecideAgain(decision)) await decide();
  }

  async function run(plan: Plan): Promise<void> {
    setAsked(undefined);
    if (plan.steps.length === 0) setNote(words.already);
    if (await running.start(plan.steps)) await finish();
  }

  const begin = () =>
    guarded(async () => {
      setNote(undefined);
      const plan = target.kind === "new" ? made(target, change, name) : await planned(decision, change, target);
      if (plan.deletes === undefined) await run(plan);
      else setAsked(plan);
    });

  const isOpen = target.kind !== "none" && !done && running.steps.length === 0;
  return (
    <SpaceBetween size="m">
      {target.kind === "none" ? (
        <Alert type="info">{words.none[target.because]}</Alert>
      ) : (
        <Box color="text-body-secondary">{words.how[target.kind]}</Box>
      )}
      {isOpen && target.kind === "new" && (
        <FormField label={words.name} errorText={isNameGood ? undefined : words.nameMissing}>
          <Input value={name} spellcheck={false} onChange={({ detail }) => setName(detail.value)} />
        </FormField>
      )}
      <StepsProgress running={running} onDone={() => void finish()} />
      {note !== undefined && <Alert type="info">{note}</Alert>}
      {error !== undefined && <ErrorBox error={error} />}
      <SpaceBetween direction="horizontal" size="xs">
        {isOpen && (
          <Button variant="primary" loading={busy} disabled={!isNameGood} onClick={() => void begin()}>
            {words.apply}
          </Button>
        )}
        {canDecideAgain(decision) && (
          <Button loading={busy} onClick={() => void decide()}>
            {words.again}
          </Button>
        )}
      </SpaceBetween>
      <div role="status">{verdict && !busy && <Verdicted verdict={verdict} />}</div>
      {asked?.deletes !== undefined && (
        <AskDelete version={asked.deletes} onCancel={() => setAsked(undefined)} onDelete={() => void guarded(() => run(asked))} />
      )}
    </SpaceBetween>
  );
}

function made(target: Target & { kind: "new" }, change: Change, name: string): Plan {
  return ofNew(target.owner, name, change.statement ?? {});
}

function suggested({ action }: Decision, target: Target): string {
  return target.kind === "new" ? `${target.owner.name}-${action.split(":")[1] ?? ""}`.slice(0, 128) : "";
}

function Verdicted({ verdict }: { verdict: Verdict }) {
  const isAllowed = verdict === "Allowed";
  return (
    <Alert type={isAllowed ? "success" : "warning"} header={isAllowed ? words.now.allowed : words.now.refused}>
      {isAllowed ? words.nowAllowedHint : words.nowRefusedHint}
    </Alert>
  );
}

function AskDelete({ version, onCancel, onDelete }: { version: string; onCancel: () => void; onDelete: () => void }) {
  return (
    <Modal
      visible
      header={words.askDelete}
      onDismiss={onCancel}
      footer={
        <ModalButtons
          cancel={words.cancel}
          onCancel={onCancel}
          submit={words.deleteAndApply(version)}
          onSubmit={onDelete}
        />
      }
    >
      {words.askDeleteText(version)}
    </Modal>
  );
}
