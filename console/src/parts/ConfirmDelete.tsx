import Alert from "@cloudscape-design/components/alert";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { ModalButtons } from "./ModalButtons";
import { confirmDelete } from "../strings/shell";
import { ErrorBox } from "./ErrorBox";

interface ConfirmDeleteProps {
  /** What is deleted; it must be typed before the button works. */
  name: string;
  /** What else goes with it. */
  warning: string;
  remove: () => Promise<void>;
  onDone: () => void;
  onCancel: () => void;
}

/** Asks before something is destroyed. Rendered while it is open, so that it forgets what was typed. */
export function ConfirmDelete({ name, warning, remove, onDone, onCancel }: ConfirmDeleteProps) {
  const [typed, setTyped] = useState("");
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<unknown>();
  const confirmed = typed === name;

  async function submit(): Promise<void> {
    if (!confirmed || running) return;
    setRunning(true);
    setError(undefined);
    try {
      await remove();
      onDone();
    } catch (caught) {
      setError(caught);
      setRunning(false);
    }
  }

  return (
    <Modal
      visible
      header={confirmDelete.title(name)}
      onDismiss={onCancel}
      footer={
        <ModalButtons
          cancel={confirmDelete.cancel}
          onCancel={onCancel}
          submit={confirmDelete.delete}
          onSubmit={() => void submit()}
          disabled={!confirmed}
          loading={running}
        />
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <SpaceBetween size="m">
          <Alert type="warning">{warning}</Alert>
          <FormField label={confirmDelete.typeIt(name)}>
            <Input value={typed} autoComplete={false} onChange={({ detail }) => setTyped(detail.value)} />
          </FormField>
          {error !== undefined && <ErrorBox error={error} />}
        </SpaceBetween>
      </form>
    </Modal>
  );
}
