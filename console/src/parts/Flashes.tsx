import Flashbar from "@cloudscape-design/components/flashbar";
import { dismiss, useFlashes } from "./flash";

export function Flashes() {
  const items = useFlashes().map(({ id, type, text }) => ({
    id,
    type,
    content: text,
    dismissible: true,
    onDismiss: () => dismiss(id),
  }));
  return <Flashbar items={items} />;
}
