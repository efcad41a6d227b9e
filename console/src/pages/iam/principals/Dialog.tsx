import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";
import { ModalButtons } from "../../../parts/ModalButtons";
import { ErrorBox } from "../../../parts/ErrorBox";
import { permissions as words } from "../../../strings/principals";
import { useAct } from "./useAct";

interface DialogProps {
  title: string;
  /** On the button that does it. */
  submit: string;
  /** Undefined says that the form isn't whole: nothing is run. */
  change: () => Promise<unknown> | undefined;
  onDone: () => void;
  onCancel: () => void;
  children: ReactNode;
  size?: "medium" | "large" | "max";
  disabled?: boolean;
}

/** A form over the page with one button; what the server refuses is said in it. */
export function Dialog({ title, submit, change, onDone, onCancel, children, size = "medium", disabled }: DialogProps) {
  const { running, error, act } = useAct();

  async function run(): Promise<void> {
    const changing = change();
    if (changing && !running && (await act(() => changing))) onDone();
  }

  return (
    <Modal
      visible
      size={size}
      header={title}
      onDismiss={onCancel}
      footer={
        <ModalButtons
          cancel={words.cancel}
          onCancel={onCancel}
          submit={submit}
          onSubmit={() => void run()}
          disabled={disabled ?? false}
          loading={running}
        />
      }
    >
      <SpaceBetween size="m">
        {children}
        {error !== undefined && <ErrorBox error={error} />}
      </SpaceBetween>
    </Modal>
  );
}
