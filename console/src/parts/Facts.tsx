import KeyValuePairs, { type KeyValuePairsProps } from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { copying } from "../strings/shell";
import { CopyText } from "./CopyText";

/** What there is to know of something: its ARN on a line of its own, where it is not broken, then the rest. */
export function Facts({ arn, items }: { arn: string; items: readonly KeyValuePairsProps.Item[] }) {
  return (
    <SpaceBetween size="m">
      <KeyValuePairs
        columns={1}
        items={[{ label: copying.arn, value: <CopyText text={arn} label={copying.copyArn} /> }]}
      />
      <KeyValuePairs columns={items.length > 3 ? 4 : 3} items={items} />
    </SpaceBetween>
  );
}
