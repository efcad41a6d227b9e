import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { current } from "../../session/session";
import { ecr } from "../../strings/ecr";
import { copying } from "../../strings/shell";
import { pushCommands, type Commands } from "./pushCommands";
import "./ecr.css";

interface PushCommandsModalProps {
  name: string;
  /** Undefined for a caller who may not describe the repository: then the page's own host stands in. */
  uri: string | undefined;
  onClose: () => void;
}

export function PushCommandsModal({ name, uri, onClose }: PushCommandsModalProps) {
  const words = ecr.push;
  const { host, origin } = location;
  const all = pushCommands({ uri: uri ?? `${host}/${name}`, origin, region: current().region });
  return (
    <Modal
      visible
      size="large"
      header={words.title(name)}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <Button variant="primary" onClick={onClose}>
            {words.close}
          </Button>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Box variant="p">{words.intro}</Box>
        <Tabs
          ariaLabel={words.clients}
          tabs={all.map((commands) => ({
            id: commands.client,
            label: commands.client,
            content: <Steps commands={commands} />,
          }))}
        />
      </SpaceBetween>
    </Modal>
  );
}

function Steps({ commands: { client, steps, note } }: { commands: Commands }) {
  return (
    <SpaceBetween size="s">
      <ol className="ecr-commands" aria-label={client}>
        {steps.map(({ title, command }) => (
          <li key={command}>
            <Box variant="span">{title}</Box>
            <div className="ecr-command">
              <code>{command}</code>
              <CopyToClipboard
                variant="icon"
                textToCopy={command}
                copyButtonAriaLabel={ecr.push.copy(title)}
                copySuccessText={copying.copied}
                copyErrorText={copying.failed}
                popoverRenderWithPortal
              />
            </div>
          </li>
        ))}
      </ol>
      {note && <Alert type="info">{note}</Alert>}
    </SpaceBetween>
  );
}
