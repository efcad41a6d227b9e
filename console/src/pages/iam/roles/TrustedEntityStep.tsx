import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tiles from "@cloudscape-design/components/tiles";
import FormField from "@cloudscape-design/components/form-field";
import { JsonEditor } from "../../../parts/editor/JsonEditor";
import { useFindings } from "../../../parts/editor/useFindings";
import { trust as words } from "../../../strings/roles";
import { AccountTrust } from "./AccountTrust";
import { UseCaseTrust } from "./UseCaseTrust";
import { WebTrust } from "./WebTrust";
import { trustFaults, type EntityType, type TrustChoice } from "./trust";

const TYPES: EntityType[] = ["service", "account", "web", "custom"];

export interface TrustProps {
  choice: TrustChoice;
  onChange: (part: Partial<TrustChoice>) => void;
  /** Whether going on was tried: until then nothing is said to be missing. */
  tried: boolean;
}

export function TrustedEntityStep(props: TrustProps) {
  const { choice, onChange } = props;
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">{words.type}</Header>}>
        <Tiles
          ariaLabel={words.type}
          value={choice.type}
          items={TYPES.map((type) => ({ value: type, label: words.types[type], description: words.typeHints[type] }))}
          onChange={({ detail }) => onChange({ type: TYPES.find((type) => type === detail.value) ?? "service" })}
        />
      </Container>
      {choice.type === "service" && <UseCaseTrust {...props} />}
      {choice.type === "account" && <AccountTrust {...props} />}
      {choice.type === "web" && <WebTrust {...props} />}
      {choice.type === "custom" && <CustomTrust {...props} />}
    </SpaceBetween>
  );
}

function CustomTrust({ choice, onChange, tried }: TrustProps) {
  const { problems } = useFindings(choice.custom, "trust");
  const isFaulty = tried && trustFaults(choice).includes("custom");
  return (
    <Container header={<Header variant="h2">{words.custom}</Header>}>
      <FormField stretch errorText={isFaulty ? words.faults.custom : undefined}>
        <JsonEditor
          label={words.custom}
          value={choice.custom}
          problems={problems}
          onChange={(custom) => onChange({ custom })}
        />
      </FormField>
    </Container>
  );
}
