import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { leavePage as words } from "../strings/shell";

interface LeaveQuestionProps {
  stay: () => void;
  leave: () => void;
}

export default function LeaveQuestion({ stay, leave }: LeaveQuestionProps) {
  return (
    <Modal
      visible
      header={words.title}
      onDismiss={stay}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={stay}>
              {words.stay}
            </Button>
            <Button variant="primary" onClick={leave}>
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
