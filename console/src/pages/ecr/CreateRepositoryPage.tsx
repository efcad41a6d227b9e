import { CreateRepositoryCommand, type CreateRepositoryCommandInput } from "@aws-sdk/client-ecr";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Form from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { CopyAs } from "../../parts/CopyAs";
import { ErrorBox } from "../../parts/ErrorBox";
import { flash } from "../../parts/flash";
import { useGo } from "../../parts/go";
import { TagFields } from "../../parts/TagFields";
import { areSound, type Tag } from "../../parts/tags";
import { differs, useUnsaved } from "../../parts/unsaved";
import { useSubmit } from "../../parts/useSubmit";
import { ecr as client } from "../../session/sdk";
import { ecr } from "../../strings/ecr";
import { faultOfExclusions, settingOf, type Mutability } from "./mutability";
import { MutabilityFields } from "./MutabilityFields";
import { faultOfName } from "./naming";
import { REPOSITORIES, repositoryPath } from "./paths";

const USUAL: Mutability = { base: "MUTABLE", exclusions: "" };

export default function CreateRepositoryPage() {
  const [name, setName] = useState("");
  const [tried, setTried] = useState(false);
  const [mutability, setMutability] = useState<Mutability>(USUAL);
  const [tags, setTags] = useState<Tag[]>([]);
  const saved = useUnsaved(differs([name, mutability, tags], ["", USUAL, []]));
  const { go } = useGo();
  const words = ecr.create;
  const fault = faultOfName(name);
  const input: CreateRepositoryCommandInput = {
    repositoryName: name,
    ...settingOf(mutability),
    ...(tags.length > 0 && { tags }),
  };

  const { running, error, submit } = useSubmit(async () => {
    await client().send(new CreateRepositoryCommand(input));
    flash("success", words.created(name));
    saved();
    go(repositoryPath(name));
  });

  function start(): void {
    setTried(true);
    if (!fault && !faultOfExclusions(mutability.exclusions) && areSound(tags, "ecr")) void submit();
  }

  return (
    <ContentLayout header={<Header variant="h1">{words.title}</Header>}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          start();
        }}
      >
        <Form
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" formAction="none" onClick={() => go(REPOSITORIES)}>
                {words.cancel}
              </Button>
              <Button variant="primary" formAction="submit" loading={running}>
                {words.submit}
              </Button>
            </SpaceBetween>
          }
        >
          <SpaceBetween size="l">
            {error !== undefined && <ErrorBox error={error} title={words.refused} />}
            <Container header={<Header variant="h2">{words.general}</Header>}>
              <SpaceBetween size="l">
                <FormField
                  label={words.name}
                  description={words.nameHint}
                  constraintText={words.nameRule}
                  errorText={fault && (tried || name) ? words.faults[fault] : undefined}
                >
                  <Input
                    value={name}
                    autoFocus
                    spellcheck={false}
                    autoComplete={false}
                    onChange={({ detail }) => setName(detail.value)}
                  />
                </FormField>
                <MutabilityFields value={mutability} onChange={setMutability} />
              </SpaceBetween>
            </Container>
            <Container header={<Header variant="h2" description={ecr.tags.hint}>{ecr.tags.title}</Header>}>
              <TagFields service="ecr" tags={tags} tried={tried} onChange={setTags} />
            </Container>
            <CopyAs calls={[{ service: "ecr", operation: "CreateRepository", input: { ...input } }]} />
          </SpaceBetween>
        </Form>
      </form>
    </ContentLayout>
  );
}
