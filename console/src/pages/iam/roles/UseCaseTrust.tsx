import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import RadioGroup from "@cloudscape-design/components/radio-group";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { services, trust as words, useCases } from "../../../strings/roles";
import type { TrustProps } from "./TrustedEntityStep";
import { SERVICES, trustFaults, USE_CASES } from "./trust";

const OPTIONS = SERVICES.map((service) => ({
  value: service,
  label: services[service] ?? service,
  // So that a use case is found by its own name too.
  filteringTags: casesOf(service).map(({ id }) => useCases[id]?.name ?? id),
}));

/** The service that takes on the role, and for what. */
export function UseCaseTrust({ choice, onChange, tried }: TrustProps) {
  const service = USE_CASES.find(({ id }) => id === choice.useCase)?.service;
  const isFaulty = tried && trustFaults(choice).includes("useCase");
  return (
    <Container
      header={
        <Header variant="h2" description={words.useCaseHint}>
          {words.useCaseTitle}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <FormField label={words.service} errorText={isFaulty ? words.faults.useCase : undefined}>
          <Select
            options={OPTIONS}
            selectedOption={OPTIONS.find(({ value }) => value === service) ?? null}
            placeholder={words.chooseService}
            filteringType="auto"
            filteringAriaLabel={words.findService}
            onChange={({ detail }) => onChange({ useCase: casesOf(detail.selectedOption.value ?? "")[0]?.id ?? "" })}
          />
        </FormField>
        {service !== undefined && (
          <FormField label={words.useCaseLabel}>
            <RadioGroup
              value={choice.useCase}
              items={casesOf(service).map(({ id }) => ({
                value: id,
                label: useCases[id]?.name ?? id,
                description: useCases[id]?.hint,
              }))}
              onChange={({ detail }) => onChange({ useCase: detail.value })}
            />
          </FormField>
        )}
      </SpaceBetween>
    </Container>
  );
}

function casesOf(service: string) {
  return USE_CASES.filter((useCase) => useCase.service === service);
}
