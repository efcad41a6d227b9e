import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { CopyAs } from "../../../parts/CopyAs";
import { TagFields } from "../../../parts/TagFields";
import type { Loaded } from "../../../parts/useLoad";
import { accountOf, current } from "../../../session/session";
import { abilities, boundary as boundaryWords, permissions, tags as tagWords } from "../../../strings/principals";
import { roles as words } from "../../../strings/roles";
import type { Line } from "../principals/abilities";
import { AbilityCard } from "../principals/AbilityCard";
import { ChosenPolicies } from "../principals/ChosenPolicies";
import { Document } from "../principals/Document";
import { Findings } from "../principals/Linted";
import { changesToCreate, isRoleName, type RoleDraft } from "./draft";
import { trustDocument, trustsInstances } from "./trust";

interface ReviewStepProps {
  draft: RoleDraft;
  onChange: (part: Partial<RoleDraft>) => void;
  onEdit: (step: number) => void;
  tried: boolean;
  verdict: Loaded<readonly Line[]>;
}

export function ReviewStep({ draft, onChange, onEdit, tried, verdict }: ReviewStepProps) {
  const account = accountOf(current());
  return (
    <SpaceBetween size="l">
      <Details draft={draft} onChange={onChange} tried={tried} />
      <Container header={<EditHeader title={words.stepOne} onEdit={() => onEdit(0)} />}>
        <SpaceBetween size="s">
          <Box variant="h3">{words.trustPolicy}</Box>
          <Document text={trustDocument(draft.trust, account)} label={words.trustPolicy} />
          {trustsInstances(draft.trust) && <Box variant="p">{words.profileToo}</Box>}
        </SpaceBetween>
      </Container>
      <Container header={<EditHeader title={words.stepTwo} onEdit={() => onEdit(1)} />}>
        <SpaceBetween size="s">
          <Box variant="h3">{words.summary}</Box>
          <ChosenPolicies policies={draft.policies} empty={words.noPolicies} />
          {draft.boundary && (
            <Box variant="p">
              {boundaryWords.title}: {draft.boundary.name}
            </Box>
          )}
        </SpaceBetween>
      </Container>
      <AbilityCard title={abilities.willTitle.role} loaded={verdict} />
      <Container
        header={
          <Header variant="h2" description={tagWords.hint}>
            {`${words.stepThree} - ${permissions.optional}`}
          </Header>
        }
      >
        <TagFields tags={draft.tags} tried={tried} onChange={(tags) => onChange({ tags })} />
      </Container>
      <CopyAs calls={changesToCreate(draft, account).map((change) => change.call)} />
    </SpaceBetween>
  );
}

function Details({ draft, onChange, tried }: Omit<ReviewStepProps, "onEdit" | "verdict">) {
  const document = trustDocument(draft.trust, accountOf(current()));
  return (
    <Container header={<Header variant="h2">{words.details}</Header>}>
      <SpaceBetween size="m">
        <FormField
          label={words.roleName}
          description={words.roleNameHint}
          constraintText={words.roleNameRule}
          errorText={tried && !isRoleName(draft.name) ? words.roleNameRule : undefined}
        >
          <Input value={draft.name} spellcheck={false} onChange={({ detail }) => onChange({ name: detail.value })} />
        </FormField>
        <FormField label={words.description} description={words.descriptionHint} constraintText={words.descriptionRule}>
          <Textarea
            value={draft.description}
            rows={2}
            onChange={({ detail }) => onChange({ description: detail.value })}
          />
        </FormField>
        <Findings document={document} kind="trust" description={draft.description} />
      </SpaceBetween>
    </Container>
  );
}

function EditHeader({ title, onEdit }: { title: string; onEdit: () => void }) {
  return (
    <Header
      variant="h2"
      actions={
        <Button ariaLabel={`${words.edit}: ${title}`} onClick={onEdit}>
          {words.edit}
        </Button>
      }
    >
      {title}
    </Header>
  );
}
