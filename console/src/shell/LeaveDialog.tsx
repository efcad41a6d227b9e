import Alert from "@cloudscape-design/components/alert";
import Modal from "@cloudscape-design/components/modal";
import { ModalButtons } from "../parts/ModalButtons";
import { leavePage as words } from "../strings/shell";

export default function LeaveDialog({ onStay, onLeave }: { onStay: () => void; onLeave: () => void }) {
  return (
    <Modal
      visible
      header={words.title}
      onDismiss={onStay}
      footer={<ModalButtons cancel={words.stay} onCancel={onStay} submit={words.leave} onSubmit={onLeave} />}
    >
      <Alert type="warning">{words.text}</Alert>
    </Modal>
  );
}
