import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { useState } from "react";
import { copyAs as words } from "../strings/editor";
import { asBoto3 } from "./copy/boto3";
import type { Call } from "./copy/call";
import { asCli } from "./copy/cli";
import { asCloudFormation } from "./copy/cloudformation";
import { asTerraform } from "./copy/terraform";
import "./code.css";

// Names of products, which no language translates.
const FORMATS = [
  ["cli", "aws CLI", asCli],
  ["boto3", "boto3", asBoto3],
  ["cloudformation", "CloudFormation", (calls: readonly Call[]) => asCloudFormation(calls, words.missing)],
  ["terraform", "Terraform", (calls: readonly Call[]) => asTerraform(calls, words.missing)],
] as const;

/** What a form is about to do, for a script or a template instead. */
export function CopyAs({ calls }: { calls: readonly Call[] }) {
  const [open, setOpen] = useState(false);
  return (
    <ExpandableSection
      headerText={words.title}
      variant="container"
      expanded={open}
      onChange={({ detail }) => setOpen(detail.expanded)}
    >
      {open && (
        <Tabs
          ariaLabel={words.title}
          tabs={FORMATS.map(([id, label, written]) => ({ id, label, content: <Text label={label} text={written(calls)} /> }))}
        />
      )}
    </ExpandableSection>
  );
}

function Text({ label, text }: { label: string; text: string }) {
  return (
    <SpaceBetween size="xs">
      <CopyToClipboard
        copyButtonText={words.copy}
        copyErrorText={words.notCopied}
        copySuccessText={words.copied}
        textToCopy={text}
      />
      <pre className="code" tabIndex={0} role="region" aria-label={label}>
        {text}
      </pre>
    </SpaceBetween>
  );
}
