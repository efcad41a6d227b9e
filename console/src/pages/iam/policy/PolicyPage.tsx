import type { Policy } from "@aws-sdk/client-iam";
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import ContentLayout from "@cloudscape-design/components/content-layout";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { useCallback, useState } from "react";
import { useParams } from "react-router";
import { ErrorBox } from "../../../parts/ErrorBox";
import { flash } from "../../../parts/flash";
import { useGo } from "../../../parts/go";
import { useSteps } from "../../../parts/StepsProgress";
import { useLoad } from "../../../parts/useLoad";
import { PageLoading } from "../../../shell/PageLoading";
import { deletion, policy as words } from "../../../strings/policy";
import { editPolicyPath } from "../paths";
import { isAwsManaged, nameOf } from "../principals/principal";
import { Running } from "../principals/Running";
import { TagsTab } from "../principals/TagsTab";
import { useTab } from "../principals/useTab";
import { DeletePolicy } from "./DeletePolicy";
import { DocumentTab } from "./DocumentTab";
import { EntitiesTab } from "./EntitiesTab";
import { policyAt } from "./managed";
import { PolicySummary } from "./PolicySummary";
import { VersionsTab } from "./VersionsTab";

export default function PolicyPage() {
  const { arn = "" } = useParams();
  const name = nameOf(arn);
  const isFixed = isAwsManaged({ arn, name });
  const { value: policy, error, again } = useLoad(useCallback(() => policyAt(arn), [arn]));
  const [isDeleting, setDeleting] = useState(false);
  const running = useSteps();
  const { go } = useGo();

  function gone(): void {
    flash("success", deletion.deleted(name));
    go("/iam/policies");
  }

  if (running.steps.length > 0) {
    return <Running title={deletion.title(name)} running={running} onDone={gone} to="/iam/policies" />;
  }
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={policy?.Description}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <CopyToClipboard
                copyButtonText={words.copyArn}
                copySuccessText={words.copied}
                copyErrorText={words.notCopied}
                textToCopy={arn}
              />
              <Button disabled={isFixed} onClick={() => setDeleting(true)}>
                {words.delete}
              </Button>
              <Button variant="primary" disabled={isFixed} onClick={() => go(editPolicyPath(arn))}>
                {words.edit}
              </Button>
            </SpaceBetween>
          }
        >
          {name}
        </Header>
      }
    >
      {error !== undefined ? (
        <ErrorBox error={error} again={again} />
      ) : policy ? (
        <SpaceBetween size="l">
          {isFixed && <Alert type="info">{words.managedByAws}</Alert>}
          <PolicySummary policy={policy} />
          <PolicyTabs policy={policy} isFixed={isFixed} again={again} />
        </SpaceBetween>
      ) : (
        <PageLoading />
      )}
      {isDeleting && (
        <DeletePolicy
          arn={arn}
          onCancel={() => setDeleting(false)}
          onConfirmed={(steps) => {
            setDeleting(false);
            void running.start(steps).then((whole) => whole && gone());
          }}
        />
      )}
    </ContentLayout>
  );
}

interface PolicyTabsProps {
  policy: Policy;
  isFixed: boolean;
  again: () => void;
}

function PolicyTabs({ policy, isFixed, again }: PolicyTabsProps) {
  const { tab, show } = useTab("permissions");
  const { Arn: arn = "", PolicyName: name = "", Tags: tags = [] } = policy;
  const all = [
    { id: "permissions", label: words.tabs.permissions, content: <DocumentTab policy={policy} /> },
    { id: "entities", label: words.tabs.entities, content: <EntitiesTab of={{ arn, name }} /> },
    {
      id: "versions",
      label: words.tabs.versions,
      content: <VersionsTab arn={arn} isFixed={isFixed} changed={again} />,
    },
    {
      id: "tags",
      label: words.tabs.tags,
      content: <TagsTab of={{ kind: "policy", name: arn }} tags={tags} again={again} />,
    },
  ];
  return (
    <Tabs
      ariaLabel={name}
      activeTabId={tab}
      onChange={({ detail }) => show(detail.activeTabId)}
      tabs={isFixed ? all.filter(({ id }) => id !== "tags") : all}
    />
  );
}
