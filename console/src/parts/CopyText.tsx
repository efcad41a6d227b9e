import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import { copying } from "../strings/shell";

/** A text with a button that copies it. */
export function CopyText({ text, label, display }: { text: string; label: string; display?: string }) {
  return (
    <CopyToClipboard
      variant="inline"
      textToCopy={text}
      textToDisplay={display ?? text}
      copyButtonAriaLabel={label}
      copySuccessText={copying.copied}
      copyErrorText={copying.failed}
      popoverRenderWithPortal
    />
  );
}
