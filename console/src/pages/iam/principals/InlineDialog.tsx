import { permissions as words } from "../../../strings/principals";
import { run } from "../run";
import type { Inline } from "./held";
import { PolicyDialog } from "./PolicyDialog";
import { putInline, type Principal } from "./principal";

interface InlineDialogProps {
  of: Principal;
  /** The policy to be edited; a new one without it. */
  from: Inline | undefined;
  onDone: (name: string) => void;
  onCancel: () => void;
}

export function InlineDialog({ of, from, onDone, onCancel }: InlineDialogProps) {
  return (
    <PolicyDialog
      title={from ? words.editInline(from.name) : words.createInline}
      hint={words.inlineHint}
      from={from}
      save={({ name, document }) => run(putInline(of, name, document))}
      onDone={({ name }) => onDone(name)}
      onCancel={onCancel}
    />
  );
}
