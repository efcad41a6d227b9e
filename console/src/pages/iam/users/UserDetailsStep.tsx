import Checkbox from "@cloudscape-design/components/checkbox";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { permissions } from "../../../strings/principals";
import { users as words } from "../../../strings/users";
import { isUserName, type UserDraft } from "./draft";
import { PasswordFields } from "./PasswordFields";

interface UserDetailsStepProps {
  draft: UserDraft;
  onChange: (part: Partial<UserDraft>) => void;
  tried: boolean;
}

export function UserDetailsStep({ draft, onChange, tried }: UserDetailsStepProps) {
  return (
    <Container header={<Header variant="h2">{words.details}</Header>}>
      <SpaceBetween size="m">
        <FormField
          label={words.name}
          constraintText={words.nameRule}
          errorText={tried && !isUserName(draft.name) ? words.nameRule : undefined}
        >
          <Input
            value={draft.name}
            spellcheck={false}
            autoComplete={false}
            onChange={({ detail }) => onChange({ name: detail.value })}
          />
        </FormField>
        <Checkbox
          checked={draft.hasPassword}
          description={words.consoleHint}
          onChange={({ detail }) => onChange({ hasPassword: detail.checked })}
        >
          {`${words.consoleAccess} - ${permissions.optional}`}
        </Checkbox>
        {draft.hasPassword && <PasswordFields choice={draft} onChange={onChange} tried={tried} />}
        <Checkbox
          checked={draft.hasKey}
          description={words.accessKeyHint}
          onChange={({ detail }) => onChange({ hasKey: detail.checked })}
        >
          {`${words.accessKey} - ${permissions.optional}`}
        </Checkbox>
      </SpaceBetween>
    </Container>
  );
}
