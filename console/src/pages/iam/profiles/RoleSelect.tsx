import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";
import { failureOf } from "../../../api/failure";
import { useLoad } from "../../../parts/useLoad";
import { profiles as words } from "../../../strings/profiles";
import { listing } from "../../../strings/shell";
import { allRoles } from "../roles/allRoles";

interface RoleSelectProps {
  label: string;
  /** Its name; empty while none is chosen. */
  role: string;
  onChange: (role: string) => void;
  fault?: string | undefined;
}

export function RoleSelect({ label, role, onChange, fault }: RoleSelectProps) {
  const { value: roles = [], error, loading, again } = useLoad(allRoles);
  return (
    <FormField label={label} errorText={fault}>
      <Select
        options={roles.map(({ RoleName: name = "" }) => ({ value: name, label: name }))}
        selectedOption={role ? { value: role, label: role } : null}
        placeholder={words.chooseRole}
        filteringType="auto"
        filteringAriaLabel={words.findRole}
        statusType={error !== undefined ? "error" : loading ? "loading" : "finished"}
        loadingText={listing.loading}
        errorText={error === undefined ? "" : failureOf(error).message}
        recoveryText={listing.refresh}
        onLoadItems={() => error !== undefined && again()}
        empty={listing.noMatch}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? "")}
      />
    </FormField>
  );
}
