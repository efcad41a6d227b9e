import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import { secrets as words, signIn } from "../../../strings/users";
import type { Secrets } from "./secretFiles";
import { SecretFields } from "./SecretFields";

/** The one sight of a secret; closing it forgets it. */
export function SecretsDialog({ secrets, onClose }: { secrets: Secrets; onClose: () => void }) {
  return (
    <Modal
      visible
      header={secrets.accessKeyId === undefined ? signIn.retrieveTitle : words.retrieveKey}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <Button variant="primary" onClick={onClose}>
            {words.done}
          </Button>
        </Box>
      }
    >
      <SecretFields secrets={secrets} />
    </Modal>
  );
}
