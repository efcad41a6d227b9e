import { GetRoleCommand, type Role } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { useCallback, useState } from "react";
import { useParams } from "react-router";
import { ConfirmDelete } from "../../../parts/ConfirmDelete";
import { ErrorBox } from "../../../parts/ErrorBox";
import { flash } from "../../../parts/flash";
import { useGo } from "../../../parts/go";
import { useSteps } from "../../../parts/StepsProgress";
import { useLoad } from "../../../parts/useLoad";
import { nameIn } from "../../../shell/named";
import { PageLoading } from "../../../shell/PageLoading";
import { iam } from "../../../session/sdk";
import { role as words } from "../../../strings/roles";
import { asSteps } from "../run";
import { decoded, heldBy } from "../principals/held";
import { PermissionsTab } from "../principals/PermissionsTab";
import { boundaryOf } from "../principals/principal";
import { readable } from "../principals/readable";
import { Running } from "../principals/Running";
import { TagsTab } from "../principals/TagsTab";
import { useTab } from "../principals/useTab";
import { changesToDelete } from "./deletion";
import { EditRole } from "./EditRole";
import { profilesOf } from "./profilesOf";
import { RevokeTab } from "./RevokeTab";
import { RoleSummary } from "./RoleSummary";
import { TrustTab } from "./TrustTab";

export default function RolePage() {
  const name = nameIn(useParams().name ?? "");
  const { value: role, error, again } = useLoad(useCallback(() => roleNamed(name), [name]));
  const [isOpen, setOpen] = useState<"edit" | "delete">();
  const running = useSteps();
  const { go } = useGo();

  function gone(): void {
    flash("success", words.deleted(name));
    go("/iam/roles");
  }

  // What is to be done is looked up once the name was typed; then the page makes room for the steps.
  async function remove(): Promise<void> {
    const [held, profiles] = await Promise.all([heldBy({ kind: "role", name }), profilesOf(name)]);
    void running.start(asSteps(changesToDelete(name, held, profiles))).then((whole) => whole && gone());
  }

  if (running.steps.length > 0) {
    return <Running title={words.deleting(name)} running={running} onDone={gone} to="/iam/roles" />;
  }
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description={role?.Description}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button onClick={() => setOpen("delete")}>{words.delete}</Button>
              <Button disabled={!role} onClick={() => setOpen("edit")}>
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
      ) : role ? (
        <SpaceBetween size="l">
          <RoleSummary role={role} />
          <RoleTabs role={role} again={again} />
        </SpaceBetween>
      ) : (
        <PageLoading />
      )}
      {isOpen === "delete" && (
        <ConfirmDelete
          name={name}
          warning={words.deleteWarning}
          remove={remove}
          onDone={() => setOpen(undefined)}
          onCancel={() => setOpen(undefined)}
        />
      )}
      {isOpen === "edit" && role && (
        <EditRole
          role={role}
          onCancel={() => setOpen(undefined)}
          onDone={() => {
            setOpen(undefined);
            again();
          }}
        />
      )}
    </ContentLayout>
  );
}

function RoleTabs({ role, again }: { role: Role; again: () => void }) {
  const { tab, show } = useTab("permissions");
  const name = role.RoleName ?? "";
  const of = { kind: "role", name } as const;
  return (
    <Tabs
      ariaLabel={name}
      activeTabId={tab}
      onChange={({ detail }) => show(detail.activeTabId)}
      tabs={[
        {
          id: "permissions",
          label: words.tabs.permissions,
          content: <PermissionsTab of={of} boundary={boundaryOf(role)} again={again} />,
        },
        {
          id: "trust",
          label: words.tabs.trust,
          content: (
            <TrustTab
              name={name}
              description={role.Description ?? ""}
              document={readable(decoded(role.AssumeRolePolicyDocument))}
              again={again}
            />
          ),
        },
        { id: "tags", label: words.tabs.tags, content: <TagsTab of={of} tags={role.Tags ?? []} again={again} /> },
        { id: "revoke", label: words.tabs.revoke, content: <RevokeTab name={name} /> },
      ]}
    />
  );
}

async function roleNamed(name: string): Promise<Role | undefined> {
  return (await iam().send(new GetRoleCommand({ RoleName: name }))).Role;
}
