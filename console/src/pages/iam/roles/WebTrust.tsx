import Alert from "@cloudscape-design/components/alert";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { trust as words } from "../../../strings/roles";
import type { TrustProps } from "./TrustedEntityStep";
import { PROVIDERS, trustFaults } from "./trust";

const OPTIONS = PROVIDERS.map(({ host }) => ({ value: host, label: words.providers[host] ?? host, description: host }));

export function WebTrust({ choice, onChange, tried }: TrustProps) {
  const faults = tried ? trustFaults(choice) : [];
  return (
    <Container header={<Header variant="h2">{words.web}</Header>}>
      <SpaceBetween size="m">
        <Alert type="info">{words.webHint}</Alert>
        <FormField label={words.provider} errorText={faults.includes("provider") ? words.faults.provider : undefined}>
          <Select
            options={OPTIONS}
            selectedOption={OPTIONS.find(({ value }) => value === choice.provider) ?? null}
            placeholder={words.chooseProvider}
            onChange={({ detail }) => onChange({ provider: detail.selectedOption.value ?? "" })}
          />
        </FormField>
        <FormField label={words.audience} errorText={faults.includes("audience") ? words.faults.audience : undefined}>
          <Input value={choice.audience} onChange={({ detail }) => onChange({ audience: detail.value })} />
        </FormField>
      </SpaceBetween>
    </Container>
  );
}
