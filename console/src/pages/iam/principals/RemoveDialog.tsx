import Box from "@cloudscape-design/components/box";
import { useRef } from "react";
import { permissions as words } from "../../../strings/principals";
import { run } from "../run";
import { Dialog } from "./Dialog";
import type { Held } from "./held";
import { deleteInline, detach, type Principal } from "./principal";

interface RemoveDialogProps {
  of: Principal;
  policies: readonly Held[];
  onDone: () => void;
  onCancel: () => void;
}

export function RemoveDialog({ of, policies, onDone, onCancel }: RemoveDialogProps) {
  const removed = useRef(new Set<string>());

  // After a refusal the next try goes on behind what it has removed already.
  async function removeAll(): Promise<void> {
    for (const { arn, name, inline } of policies) {
      if (removed.current.has(arn)) continue;
      await run(inline ? deleteInline(of, name) : detach(of, arn));
      removed.current.add(arn);
    }
  }

  return (
    <Dialog
      title={words.removeTitle(policies.length)}
      submit={words.remove}
      change={removeAll}
      onDone={onDone}
      onCancel={onCancel}
    >
      <Box variant="p">{words.removeHint}</Box>
      <Box variant="p">{policies.map(({ name }) => name).join(", ")}</Box>
    </Dialog>
  );
}
