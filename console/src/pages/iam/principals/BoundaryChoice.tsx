import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import RadioGroup from "@cloudscape-design/components/radio-group";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { failureOf } from "../../../api/failure";
import { useLoad } from "../../../parts/useLoad";
import { boundary as words, permissions } from "../../../strings/principals";
import { listing } from "../../../strings/shell";
import { managedPolicies } from "./held";
import type { PolicyRef, Principal } from "./principal";

interface BoundaryChoiceProps {
  kind: Principal["kind"];
  chosen: PolicyRef | undefined;
  onChange: (chosen: PolicyRef | undefined) => void;
}

/** The optional boundary of a role or user that is being made. */
export function BoundaryChoice({ kind, chosen, onChange }: BoundaryChoiceProps) {
  const [isWanted, setWanted] = useState(chosen !== undefined);
  return (
    <ExpandableSection
      variant="container"
      headerText={`${words.optionalTitle} - ${permissions.optional}`}
      headerDescription={words.hint}
      defaultExpanded={isWanted}
    >
      <SpaceBetween size="m">
        <RadioGroup
          ariaLabel={words.title}
          value={isWanted ? "with" : "without"}
          items={[
            { value: "without", label: words.without[kind] },
            { value: "with", label: words.with[kind] },
          ]}
          onChange={({ detail }) => {
            setWanted(detail.value === "with");
            if (detail.value === "without") onChange(undefined);
          }}
        />
        {isWanted && <BoundarySelect chosen={chosen} onChange={onChange} />}
      </SpaceBetween>
    </ExpandableSection>
  );
}

interface BoundarySelectProps {
  chosen: PolicyRef | undefined;
  onChange: (chosen: PolicyRef) => void;
  fault?: string | undefined;
}

export function BoundarySelect({ chosen, onChange, fault }: BoundarySelectProps) {
  const { value: policies = [], error, loading, again } = useLoad(managedPolicies);
  const options = policies.map(({ arn, name }) => ({ value: arn, label: name, description: arn }));
  const status = error !== undefined ? "error" : loading ? "loading" : "finished";
  return (
    <FormField label={words.policy} errorText={fault}>
      <Select
        options={options}
        selectedOption={chosen ? { value: chosen.arn, label: chosen.name } : null}
        placeholder={words.choosePolicy}
        filteringType="auto"
        filteringAriaLabel={permissions.find}
        statusType={status}
        loadingText={listing.loading}
        errorText={error === undefined ? "" : failureOf(error).message}
        recoveryText={listing.refresh}
        onLoadItems={() => error !== undefined && again()}
        empty={permissions.none}
        onChange={({ detail: { selectedOption } }) =>
          onChange({ arn: selectedOption.value ?? "", name: selectedOption.label ?? "" })
        }
      />
    </FormField>
  );
}
