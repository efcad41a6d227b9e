import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import { ecr } from "../../strings/ecr";

/** A text with a button that copies it. */
export function CopyText({ text, label, display }: { text: string; label: string; display?: string }) {
  return (
    <CopyToClipboard
      variant="inline"
      textToCopy={text}
      textToDisplay={display ?? text}
      copyButtonAriaLabel={label}
      copySuccessText={ecr.copy.copied}
      copyErrorText={ecr.copy.failed}
      popoverRenderWithPortal
    />
  );
}
