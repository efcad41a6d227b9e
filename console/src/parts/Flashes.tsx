import Flashbar from "@cloudscape-design/components/flashbar";
import { shell } from "../strings/shell";
import { dismiss, useFlashes } from "./flash";

export function Flashes() {
  const items = useFlashes().map(({ id, type, text }) => ({
    id,
    type,
    content: text,
    dismissible: true,
    dismissLabel: shell.dismiss,
    onDismiss: () => dismiss(id),
  }));
  return <Flashbar items={items} />;
}
