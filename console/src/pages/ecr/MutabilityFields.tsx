import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { ecr } from "../../strings/ecr";
import { faultOfExclusions, type Mutability } from "./mutability";

interface MutabilityFieldsProps {
  value: Mutability;
  onChange: (value: Mutability) => void;
}

export function MutabilityFields({ value, onChange }: MutabilityFieldsProps) {
  const words = ecr.mutability;
  return (
    <SpaceBetween size="m">
      <FormField label={words.label} description={words.hint}>
        <RadioGroup
          value={value.base}
          onChange={({ detail }) => onChange({ ...value, base: detail.value as Mutability["base"] })}
          items={[
            { value: "MUTABLE", label: words.MUTABLE, description: words.mutableHint },
            { value: "IMMUTABLE", label: words.IMMUTABLE, description: words.immutableHint },
          ]}
        />
      </FormField>
      <FormField
        label={words.exclusions[value.base]}
        description={words.exclusionsHint[value.base]}
        constraintText={words.exclusionsRule}
        errorText={faultOfExclusions(value.exclusions)}
      >
        <Input
          value={value.exclusions}
          spellcheck={false}
          autoComplete={false}
          onChange={({ detail }) => onChange({ ...value, exclusions: detail.value })}
        />
      </FormField>
    </SpaceBetween>
  );
}
