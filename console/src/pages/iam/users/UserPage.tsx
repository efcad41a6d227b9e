import { GetUserCommand, type User } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { useCallback, useState } from "react";
import { useParams } from "react-router";
import { ConfirmDelete } from "../../../parts/ConfirmDelete";
import { ErrorBox } from "../../../parts/ErrorBox";
import { Facts } from "../../../parts/Facts";
import { flash } from "../../../parts/flash";
import { useGo } from "../../../parts/go";
import { useSteps } from "../../../parts/StepsProgress";
import { useLoad } from "../../../parts/useLoad";
import { iam } from "../../../session/sdk";
import { nameIn } from "../../../shell/named";
import { PageLoading } from "../../../shell/PageLoading";
import { user as words, users } from "../../../strings/users";
import { asSteps } from "../run";
import { heldBy } from "../principals/held";
import { PermissionsTab } from "../principals/PermissionsTab";
import { boundaryOf } from "../principals/principal";
import { Running } from "../principals/Running";
import { TagsTab } from "../principals/TagsTab";
import { useTab } from "../principals/useTab";
import { AccessKeys } from "./AccessKeys";
import { keysOf, loginProfileOf } from "./credentials";
import { changesToDelete } from "./deletion";
import { SignIn } from "./SignIn";

export default function UserPage() {
  const name = nameIn(useParams().name ?? "");
  const { value: user, error, again } = useLoad(useCallback(() => userNamed(name), [name]));
  const [isDeleting, setDeleting] = useState(false);
  const running = useSteps();
  const { go } = useGo();

  function gone(): void {
    flash("success", words.deleted(name));
    go("/iam/users");
  }

  // What is to be done is looked up once the name was typed; then the page makes room for the steps.
  async function remove(): Promise<void> {
    const lookUps = [heldBy({ kind: "user", name }), keysOf(name), loginProfileOf(name)] as const;
    const [held, keys, profile] = await Promise.all(lookUps);
    const ids = keys.flatMap(({ AccessKeyId: id }) => (id === undefined ? [] : [id]));
    void running.start(asSteps(changesToDelete(name, held, ids, profile !== null))).then((whole) => whole && gone());
  }

  if (running.steps.length > 0) {
    return <Running title={words.deleting(name)} running={running} onDone={gone} to="/iam/users" />;
  }
  return (
    <ContentLayout
      header={
        <Header variant="h1" actions={<Button onClick={() => setDeleting(true)}>{words.delete}</Button>}>
          {name}
        </Header>
      }
    >
      {error !== undefined ? (
        <ErrorBox error={error} again={again} />
      ) : user ? (
        <SpaceBetween size="l">
          <Summary user={user} />
          <UserTabs user={user} again={again} />
        </SpaceBetween>
      ) : (
        <PageLoading />
      )}
      {isDeleting && (
        <ConfirmDelete
          name={name}
          warning={words.deleteWarning}
          remove={remove}
          onDone={() => setDeleting(false)}
          onCancel={() => setDeleting(false)}
        />
      )}
    </ContentLayout>
  );
}

function Summary({ user }: { user: User }) {
  return (
    <Container header={<Header variant="h2">{words.summary}</Header>}>
      <Facts
        arn={user.Arn ?? ""}
        items={[
          { label: users.created, value: user.CreateDate?.toLocaleString() },
          { label: users.lastSignIn, value: user.PasswordLastUsed?.toLocaleString() ?? users.never },
        ]}
      />
    </Container>
  );
}

function UserTabs({ user, again }: { user: User; again: () => void }) {
  const { tab, show } = useTab("permissions");
  const name = user.UserName ?? "";
  const of = { kind: "user", name } as const;
  return (
    <Tabs
      ariaLabel={name}
      activeTabId={tab}
      onChange={({ detail }) => show(detail.activeTabId)}
      tabs={[
        {
          id: "permissions",
          label: words.tabs.permissions,
          content: <PermissionsTab of={of} boundary={boundaryOf(user)} again={again} />,
        },
        { id: "tags", label: words.tabs.tags, content: <TagsTab of={of} tags={user.Tags ?? []} again={again} /> },
        {
          id: "credentials",
          label: words.tabs.credentials,
          content: (
            <SpaceBetween size="l">
              <SignIn name={name} lastSignIn={user.PasswordLastUsed} />
              <AccessKeys user={name} />
            </SpaceBetween>
          ),
        },
      ]}
    />
  );
}

async function userNamed(name: string): Promise<User | undefined> {
  return (await iam().send(new GetUserCommand({ UserName: name }))).User;
}
