import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { CopyAs } from "../../../parts/CopyAs";
import { TagFields } from "../../../parts/TagFields";
import { policies, review as words } from "../../../strings/policies";
import { tags as tagWords } from "../../../strings/principals";
import { isPolicyName } from "../principals/principal";
import { changesToCreate, type Details } from "./newPolicy";
import { PermissionsSummary } from "./PermissionsSummary";

interface ReviewStepProps {
  document: string;
  details: Details;
  onChange: (part: Partial<Details>) => void;
  onEdit: () => void;
  tried: boolean;
}

export function ReviewStep({ document, details, onChange, onEdit, tried }: ReviewStepProps) {
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">{words.details}</Header>}>
        <SpaceBetween size="m">
          <FormField
            label={words.name}
            description={words.nameHint}
            constraintText={words.nameRule}
            errorText={tried && !isPolicyName(details.name) ? words.nameRule : undefined}
          >
            <Input value={details.name} spellcheck={false} onChange={({ detail }) => onChange({ name: detail.value })} />
          </FormField>
          <FormField
            label={`${words.description} - ${policies.optional}`}
            description={words.descriptionHint}
            constraintText={words.descriptionRule}
          >
            <Textarea
              value={details.description}
              rows={2}
              onChange={({ detail }) => onChange({ description: detail.value })}
            />
          </FormField>
        </SpaceBetween>
      </Container>
      <PermissionsSummary document={document} actions={<Button onClick={onEdit}>{words.edit}</Button>} />
      <Container
        header={
          <Header variant="h2" description={tagWords.hint}>
            {`${tagWords.optionalTitle} - ${policies.optional}`}
          </Header>
        }
      >
        <TagFields tags={details.tags} tried={tried} onChange={(tags) => onChange({ tags })} />
      </Container>
      <CopyAs calls={changesToCreate(document, details).map((change) => change.call)} />
    </SpaceBetween>
  );
}
