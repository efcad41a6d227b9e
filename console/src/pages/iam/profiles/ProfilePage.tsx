import { GetInstanceProfileCommand, type InstanceProfile } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback, useState } from "react";
import { useParams } from "react-router";
import { ConfirmDelete } from "../../../parts/ConfirmDelete";
import { ErrorBox } from "../../../parts/ErrorBox";
import { Facts } from "../../../parts/Facts";
import { flash } from "../../../parts/flash";
import { GoLink } from "../../../parts/GoLink";
import { useGo } from "../../../parts/go";
import { useLoad } from "../../../parts/useLoad";
import { iam } from "../../../session/sdk";
import { PageLoading } from "../../../shell/PageLoading";
import { profiles as words } from "../../../strings/profiles";
import { rolePath } from "../paths";
import { call } from "../calls";
import { run } from "../run";
import { TagsTab } from "../principals/TagsTab";
import { ProfileRole } from "./ProfileRole";

export default function ProfilePage() {
  const { name = "" } = useParams();
  const { value: profile, error, again } = useLoad(useCallback(() => profileNamed(name), [name]));
  const [isDeleting, setDeleting] = useState(false);
  const { go } = useGo();
  const role = profile?.Roles?.[0]?.RoleName;

  async function remove(): Promise<void> {
    const fresh = await profileNamed(name);
    const both = { InstanceProfileName: name, RoleName: fresh?.Roles?.[0]?.RoleName };
    if (both.RoleName !== undefined) await run(call("RemoveRoleFromInstanceProfile", both));
    await run(call("DeleteInstanceProfile", { InstanceProfileName: name }));
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
      ) : profile ? (
        <SpaceBetween size="l">
          <Container
            header={
              <Header variant="h2" actions={<ProfileRole profile={name} role={role} again={again} />}>
                {words.summary}
              </Header>
            }
          >
            <Facts
              arn={profile.Arn ?? ""}
              items={[
                {
                  label: words.role,
                  value:
                    role === undefined ? (
                      words.noRole
                    ) : (
                      <GoLink to={rolePath(role)}>{role}</GoLink>
                    ),
                },
                { label: words.created, value: profile.CreateDate?.toLocaleString() },
              ]}
            />
          </Container>
          <TagsTab of={{ kind: "instance-profile", name }} tags={profile.Tags ?? []} again={again} />
        </SpaceBetween>
      ) : (
        <PageLoading />
      )}
      {isDeleting && (
        <ConfirmDelete
          name={name}
          warning={words.deleteWarning}
          remove={remove}
          onDone={() => {
            flash("success", words.deleted(name));
            go("/iam/instance-profiles");
          }}
          onCancel={() => setDeleting(false)}
        />
      )}
    </ContentLayout>
  );
}

async function profileNamed(name: string): Promise<InstanceProfile | undefined> {
  const answer = await iam().send(new GetInstanceProfileCommand({ InstanceProfileName: name }));
  return answer.InstanceProfile;
}
