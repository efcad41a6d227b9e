import FormField from "@cloudscape-design/components/form-field";
import Multiselect, { type MultiselectProps } from "@cloudscape-design/components/multiselect";
import RadioGroup from "@cloudscape-design/components/radio-group";
import { useState } from "react";
import { failureOf } from "../../../api/failure";
import { useLoad } from "../../../parts/useLoad";
import { entities as words, type Usage } from "../../../strings/policy";
import { listing } from "../../../strings/shell";
import { Dialog } from "../principals/Dialog";
import type { PolicyRef, Principal } from "../principals/principal";
import { run } from "../run";
import { give, type Entity } from "./entity";
import { everybody } from "./managed";

const NOBODY = { roles: [], users: [] };

interface AttachEntitiesProps {
  policy: PolicyRef;
  held: readonly Entity[];
  /** With how many it was attached to. */
  onDone: (count: number) => void;
  onCancel: () => void;
}

/** Whom the policy is given to, and as what. */
export function AttachEntities({ policy, held, onDone, onCancel }: AttachEntitiesProps) {
  const [usage, setUsage] = useState<Usage>("permissions");
  const [chosen, setChosen] = useState<readonly MultiselectProps.Option[]>([]);
  const { value = NOBODY, error, loading, again } = useLoad(everybody);
  const status = error !== undefined ? "error" : loading ? "loading" : "finished";

  // Attaching what is attached changes nothing, so that a second try after a refusal may begin anew.
  async function attachAll(): Promise<void> {
    for (const { value: id = "" } of chosen) await run(give(policy.arn, { ...principalOf(id), usage }));
  }

  function optionsFor(kind: Principal["kind"], names: readonly string[]): MultiselectProps.Option[] {
    const has = (name: string) => held.some((one) => one.kind === kind && one.name === name && one.usage === usage);
    return names.filter((name) => !has(name)).map((name) => ({ value: `${kind}/${name}`, label: name }));
  }

  return (
    <Dialog
      title={words.attachTitle(policy.name)}
      submit={words.attach}
      disabled={chosen.length === 0}
      change={attachAll}
      onDone={() => onDone(chosen.length)}
      onCancel={onCancel}
    >
      <FormField label={words.usage}>
        <RadioGroup
          value={usage}
          items={[
            { value: "permissions", label: words.usages.permissions, description: words.permissionsHint },
            { value: "boundary", label: words.usages.boundary, description: words.boundaryHint },
          ]}
          onChange={({ detail }) => {
            setUsage(detail.value === "boundary" ? "boundary" : "permissions");
            setChosen([]);
          }}
        />
      </FormField>
      <FormField label={words.choose}>
        <Multiselect
          options={[
            { label: words.roles, options: optionsFor("role", value.roles) },
            { label: words.users, options: optionsFor("user", value.users) },
          ].filter(({ options }) => options.length > 0)}
          selectedOptions={chosen}
          onChange={({ detail }) => setChosen(detail.selectedOptions)}
          placeholder={words.placeholder}
          filteringType="auto"
          filteringAriaLabel={words.find}
          statusType={status}
          loadingText={listing.loading}
          errorText={error === undefined ? "" : failureOf(error).message}
          recoveryText={listing.refresh}
          onLoadItems={() => error !== undefined && again()}
          empty={words.noOthers}
          noMatch={words.noMatch}
          deselectAriaLabel={({ label = "" }) => words.deselect(label)}
        />
      </FormField>
    </Dialog>
  );
}

function principalOf(id: string): Principal {
  const [kind, name = ""] = id.split("/");
  return { kind: kind === "role" ? "role" : "user", name };
}
