import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";
import { permissions as words } from "../../../strings/principals";
import { isAwsManaged, type PolicyRef } from "./principal";

const TYPES = [
  { value: "", label: words.allTypes },
  { value: "customer", label: words.customerManaged },
  { value: "aws", label: words.awsManaged },
];

interface PolicyTypeFilterProps {
  /** "customer", "aws", or any other text for all. */
  type: string;
  onChange: (type: string) => void;
}

export function PolicyTypeFilter({ type, onChange }: PolicyTypeFilterProps) {
  return (
    <FormField label={words.filterByType}>
      <Select
        options={TYPES}
        selectedOption={TYPES.find(({ value }) => value === type) ?? TYPES[0] ?? null}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? "")}
      />
    </FormField>
  );
}

export function isOfType(type: string, policy: PolicyRef): boolean {
  if (type === "aws") return isAwsManaged(policy);
  return type !== "customer" || !isAwsManaged(policy);
}
