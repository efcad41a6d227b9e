import type { Policy } from "@aws-sdk/client-iam";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback } from "react";
import { JsonEditor } from "../../../parts/editor/JsonEditor";
import { useFindings } from "../../../parts/editor/useFindings";
import { ErrorBox } from "../../../parts/ErrorBox";
import { useLoad } from "../../../parts/useLoad";
import { PageLoading } from "../../../shell/PageLoading";
import { policy as words } from "../../../strings/policy";
import { abilitiesBy, AbilityCard } from "../principals/AbilityCard";
import { documentOf } from "./managed";

/** The default version: what it says, what lint says of it, and what it comes to. */
export function DocumentTab({ policy }: { policy: Policy }) {
  const { Arn: arn = "", DefaultVersionId: version = "", Description: description } = policy;
  const { value: document, error, again } = useLoad(useCallback(() => documentOf(arn, version), [arn, version]));
  if (error !== undefined) return <ErrorBox error={error} again={again} />;
  if (document === undefined) return <PageLoading />;
  return (
    <SpaceBetween size="l">
      <Checked document={document} version={version} description={description} />
      <Meaning document={document} />
    </SpaceBetween>
  );
}

interface CheckedProps {
  document: string;
  version: string;
  description: string | undefined;
}

function Checked({ document, version, description }: CheckedProps) {
  const { problems, error } = useFindings(document, "identity", description);
  return (
    <Container
      header={
        <Header variant="h2" description={words.documentHint(version)}>
          {words.document}
        </Header>
      }
    >
      <SpaceBetween size="s">
        <JsonEditor label={words.document} value={document} onChange={() => undefined} problems={problems} readOnly />
        {error !== undefined && <ErrorBox error={error} title={words.lintFailed} />}
      </SpaceBetween>
    </Container>
  );
}

function Meaning({ document }: { document: string }) {
  return <AbilityCard title={words.abilities} loaded={useLoad(useCallback(() => abilitiesBy(document), [document]))} />;
}
