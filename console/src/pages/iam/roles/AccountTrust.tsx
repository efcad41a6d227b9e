import Checkbox from "@cloudscape-design/components/checkbox";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { accountOf, current } from "../../../session/session";
import { trust as words } from "../../../strings/roles";
import type { TrustProps } from "./TrustedEntityStep";
import { trustFaults } from "./trust";

export function AccountTrust({ choice, onChange, tried }: TrustProps) {
  const faults = tried ? trustFaults(choice) : [];
  return (
    <Container
      header={
        <Header variant="h2" description={words.accountHint}>
          {words.account}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <RadioGroup
          ariaLabel={words.account}
          value={choice.otherAccount ? "other" : "this"}
          items={[
            { value: "this", label: words.thisAccount(accountOf(current())) },
            { value: "other", label: words.anotherAccount },
          ]}
          onChange={({ detail }) => onChange({ otherAccount: detail.value === "other" })}
        />
        {choice.otherAccount && (
          <FormField
            label={words.accountId}
            constraintText={words.accountIdHint}
            errorText={faults.includes("accountId") ? words.faults.accountId : undefined}
          >
            <Input
              value={choice.accountId}
              inputMode="numeric"
              onChange={({ detail }) => onChange({ accountId: detail.value.trim() })}
            />
          </FormField>
        )}
        <FormField label={words.options}>
          <SpaceBetween size="xs">
            <Checkbox
              checked={choice.requireExternalId}
              onChange={({ detail }) => onChange({ requireExternalId: detail.checked })}
            >
              {words.requireExternalId}
            </Checkbox>
            {choice.requireExternalId && (
              <FormField
                label={words.externalId}
                errorText={faults.includes("externalId") ? words.faults.externalId : undefined}
              >
                <Input
                  value={choice.externalId}
                  autoComplete={false}
                  onChange={({ detail }) => onChange({ externalId: detail.value })}
                />
              </FormField>
            )}
            <Checkbox
              checked={choice.requireMfa}
              description={words.requireMfaHint}
              onChange={({ detail }) => onChange({ requireMfa: detail.checked })}
            >
              {words.requireMfa}
            </Checkbox>
          </SpaceBetween>
        </FormField>
      </SpaceBetween>
    </Container>
  );
}
