import type { Policy, PolicyVersion } from "@aws-sdk/client-iam";
import Alert from "@cloudscape-design/components/alert";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import { useCallback } from "react";
import { useParams } from "react-router";
import { ErrorBox } from "../../../parts/ErrorBox";
import { GoLink } from "../../../parts/GoLink";
import { useLoad } from "../../../parts/useLoad";
import { PageLoading } from "../../../shell/PageLoading";
import { edit as words, policy as policyWords } from "../../../strings/policy";
import { policyPath } from "../paths";
import { isAwsManaged, nameOf } from "../principals/principal";
import { EditPolicy } from "./EditPolicy";
import { documentOf, policyAt, versionsOf } from "./managed";

export interface Edited {
  policy: Policy | undefined;
  versions: PolicyVersion[];
  /** The default version's JSON text. */
  document: string;
}

export default function EditPolicyPage() {
  const { arn = "" } = useParams();
  const { value, error, again } = useLoad(useCallback(() => editedAt(arn), [arn]));
  const name = nameOf(arn);
  const isFixed = isAwsManaged({ arn, name });
  if (value && !isFixed) return <EditPolicy arn={arn} {...value} />;
  return (
    <ContentLayout header={<Header variant="h1">{words.title(name)}</Header>}>
      {error !== undefined ? (
        <ErrorBox error={error} again={again} />
      ) : isFixed ? (
        <Alert type="info" action={<GoLink to={policyPath(arn)}>{name}</GoLink>}>
          {policyWords.managedByAws}
        </Alert>
      ) : (
        <PageLoading />
      )}
    </ContentLayout>
  );
}

async function editedAt(arn: string): Promise<Edited> {
  const [policy, versions] = await Promise.all([policyAt(arn), versionsOf(arn)]);
  return { policy, versions, document: await documentOf(arn, policy?.DefaultVersionId ?? "") };
}
