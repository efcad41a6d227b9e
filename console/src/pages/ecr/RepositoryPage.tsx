import { DescribeRepositoriesCommand, type Repository } from "@aws-sdk/client-ecr";
import Button from "@cloudscape-design/components/button";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { lazy, Suspense, useCallback, useState } from "react";
import { useParams, useSearchParams } from "react-router";
import { failureOf } from "../../api/failure";
import { CopyText } from "../../parts/CopyText";
import { ErrorBox } from "../../parts/ErrorBox";
import { flash } from "../../parts/flash";
import { useGo } from "../../parts/go";
import { useLoad, type Loaded } from "../../parts/useLoad";
import { ecr as client } from "../../session/sdk";
import { accountOf, current } from "../../session/session";
import { PageLoading } from "../../shell/PageLoading";
import { ecr } from "../../strings/ecr";
import { DeleteRepository } from "./DeleteRepository";
import { REPOSITORIES, type Tab } from "./paths";
import { PushCommandsModal } from "./PushCommandsModal";
import { ImagesTab } from "./repository/ImagesTab";

const PermissionsTab = lazy(() => import("./repository/PermissionsTab"));
const SettingsTab = lazy(() => import("./repository/SettingsTab"));
const TagsTab = lazy(() => import("./repository/TagsTab"));
const WhoTab = lazy(() => import("./repository/WhoTab"));

/** What the caller may not read of it is told as refused; the rest is there. */
export default function RepositoryPage() {
  const { name = "" } = useParams();
  const described = useLoad(useCallback(() => describe(name), [name]));
  const [open, setOpen] = useState<"push" | "delete">();
  const { go } = useGo();
  const words = ecr.repositories;
  const uri = described.value?.repositoryUri;
  if (described.error !== undefined && failureOf(described.error).code === "RepositoryNotFoundException") {
    return <ErrorBox error={described.error} again={described.again} />;
  }

  function wasDeleted(): void {
    flash("success", ecr.repository.deleted(name));
    go(REPOSITORIES);
  }

  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={uri && <CopyText text={uri} label={words.copyUri} />}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button onClick={() => setOpen("delete")}>{words.delete}</Button>
              <Button variant="primary" onClick={() => setOpen("push")}>
                {words.pushCommands}
              </Button>
            </SpaceBetween>
          }
        >
          {name}
        </Header>
      }
    >
      <RepositoryTabs name={name} described={described} onPush={() => setOpen("push")} />
      {open === "push" && <PushCommandsModal name={name} uri={uri} onClose={() => setOpen(undefined)} />}
      {open === "delete" && (
        <DeleteRepository name={name} onDone={wasDeleted} onCancel={() => setOpen(undefined)} />
      )}
    </ContentLayout>
  );
}

interface RepositoryTabsProps {
  name: string;
  described: Loaded<Repository>;
  onPush: () => void;
}

function RepositoryTabs({ name, described, onPush }: RepositoryTabsProps) {
  const [search, setSearch] = useSearchParams();
  const words = ecr.repository;
  // Known without asking: who may not describe the repository may still read its tags.
  const arn = `arn:aws:ecr:${current().region}:${accountOf(current())}:repository/${name}`;
  const tabs: { id: Tab; label: string; content: React.ReactNode }[] = [
    { id: "images", label: words.images, content: <ImagesTab name={name} onPush={onPush} /> },
    { id: "permissions", label: words.permissions, content: <PermissionsTab name={name} /> },
    { id: "tags", label: words.tags, content: <TagsTab arn={arn} /> },
    { id: "settings", label: words.settings, content: <SettingsTab described={described} /> },
    { id: "who", label: words.who, content: <WhoTab name={name} /> },
  ];
  return (
    <Tabs
      ariaLabel={words.tabs}
      activeTabId={tabs.find(({ id }) => id === search.get("tab"))?.id ?? "images"}
      // Filter, page and sorting belong to the tab that is left.
      onChange={({ detail }) => setSearch({ tab: detail.activeTabId })}
      tabs={tabs.map((tab) => ({ ...tab, content: <Suspense fallback={<PageLoading />}>{tab.content}</Suspense> }))}
    />
  );
}

async function describe(name: string): Promise<Repository> {
  const { repositories } = await client().send(new DescribeRepositoriesCommand({ repositoryNames: [name] }));
  const found = repositories?.[0];
  if (!found) throw new Error(name); // the operation promises one or RepositoryNotFoundException
  return found;
}
