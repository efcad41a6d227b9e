import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { leavePage as words } from "../strings/shell";

export default function LeaveDialog({ onStay, onLeave }: { onStay: () => void; onLeave: () => void }) {
  return (
    <Modal
      visible
      header={words.title}
      onDismiss={onStay}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onStay}>
              {words.stay}
            </Button>
            <Button variant="primary" onClick={onLeave}>
              {words.leave}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <Alert type="warning">{words.text}</Alert>
    </Modal>
  );
}
