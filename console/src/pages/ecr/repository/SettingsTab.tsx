import { PutImageTagMutabilityCommand, type Repository } from "@aws-sdk/client-ecr";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Form from "@cloudscape-design/components/form";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { ErrorBox } from "../../../parts/ErrorBox";
import { flash } from "../../../parts/flash";
import type { Loaded } from "../../../parts/useLoad";
import { differs, useUnsaved } from "../../../parts/unsaved";
import { useSubmit } from "../../../parts/useSubmit";
import { ecr as client } from "../../../session/sdk";
import { PageLoading } from "../../../shell/PageLoading";
import { ecr } from "../../../strings/ecr";
import { faultOfExclusions, mutabilityOf, settingOf } from "../mutability";
import { MutabilityFields } from "../MutabilityFields";

export default function SettingsTab({ described }: { described: Loaded<Repository> }) {
  const { value: repository, error, again } = described;
  if (error !== undefined) return <ErrorBox error={error} title={ecr.repository.refused} again={again} />;
  if (!repository) return <PageLoading />;
  return <Settings repository={repository} again={again} />;
}

function Settings({ repository, again }: { repository: Repository; again: () => void }) {
  const words = ecr.repository;
  const [mutability, setMutability] = useState(() => mutabilityOf(repository));
  useUnsaved(differs(mutability, mutabilityOf(repository)));
  const saving = useSubmit(async () => {
    const { repositoryName } = repository;
    await client().send(new PutImageTagMutabilityCommand({ repositoryName, ...settingOf(mutability) }));
    flash("success", words.saved);
    again();
  });
  const fault = faultOfExclusions(mutability.exclusions);
  return (
    <SpaceBetween size="l">
      <Container>
        <KeyValuePairs
          columns={2}
          minColumnWidth={260}
          items={[
            { label: words.arn, value: <Box variant="code">{repository.repositoryArn}</Box> },
            { label: words.registry, value: repository.registryId },
            { label: ecr.repositories.created, value: repository.createdAt?.toLocaleString() },
            { label: words.encryption, value: repository.encryptionConfiguration?.encryptionType },
          ]}
        />
      </Container>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!fault) void saving.submit();
        }}
      >
        <Form
          actions={
            <Button variant="primary" formAction="submit" loading={saving.running}>
              {words.save}
            </Button>
          }
        >
          <SpaceBetween size="m">
            {saving.error !== undefined && <ErrorBox error={saving.error} />}
            <Container header={<Header variant="h2">{words.settings}</Header>}>
              <MutabilityFields value={mutability} onChange={setMutability} />
            </Container>
          </SpaceBetween>
        </Form>
      </form>
    </SpaceBetween>
  );
}
