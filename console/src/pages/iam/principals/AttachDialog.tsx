import { useState } from "react";
import { permissions as words } from "../../../strings/principals";
import { run } from "../run";
import { Dialog } from "./Dialog";
import { PolicyPicker } from "./PolicyPicker";
import { attach, type PolicyRef, type Principal } from "./principal";

interface AttachDialogProps {
  to: Principal;
  held: readonly PolicyRef[];
  /** With how many were attached. */
  onDone: (count: number) => void;
  onCancel: () => void;
}

export function AttachDialog({ to, held, onDone, onCancel }: AttachDialogProps) {
  const [chosen, setChosen] = useState<PolicyRef[]>([]);

  // Attaching what is attached changes nothing, so that a second try after a refusal may begin anew.
  async function attachAll(): Promise<void> {
    for (const { arn } of chosen) await run(attach(to, arn));
  }

  return (
    <Dialog
      title={words.attachTo(to.name)}
      size="max"
      submit={words.add}
      disabled={chosen.length === 0}
      change={attachAll}
      onDone={() => onDone(chosen.length)}
      onCancel={onCancel}
    >
      <PolicyPicker chosen={chosen} onChange={setChosen} except={held} />
    </Dialog>
  );
}
