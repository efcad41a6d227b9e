import { paginateListInstanceProfiles, type InstanceProfile } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import type { TableProps } from "@cloudscape-design/components/table";
import { useState } from "react";
import { GoLink } from "../../../parts/GoLink";
import { useGo } from "../../../parts/go";
import { Listing } from "../../../parts/Listing";
import { useLoad } from "../../../parts/useLoad";
import { iam } from "../../../session/sdk";
import { profiles as words } from "../../../strings/profiles";
import { profilePath } from "../paths";
import { CreateProfile } from "./CreateProfile";

export default function ProfilesPage() {
  const loaded = useLoad(allProfiles);
  const [isCreating, setCreating] = useState(false);
  const { go } = useGo();
  return (
    <>
      <Listing
        title={words.title}
        loaded={loaded}
        columns={COLUMNS}
        idOf={(profile) => profile.InstanceProfileName ?? ""}
        empty={{ title: words.empty, hint: words.emptyHint }}
        actions={
          <Button variant="primary" onClick={() => setCreating(true)}>
            {words.create}
          </Button>
        }
      />
      {isCreating && (
        <CreateProfile
          onDone={(name) => go(profilePath(name))}
          onCancel={() => setCreating(false)}
        />
      )}
    </>
  );
}

async function allProfiles(): Promise<InstanceProfile[]> {
  const profiles: InstanceProfile[] = [];
  for await (const page of paginateListInstanceProfiles({ client: iam() }, {})) {
    profiles.push(...(page.InstanceProfiles ?? []));
  }
  return profiles;
}

const COLUMNS: TableProps.ColumnDefinition<InstanceProfile>[] = [
  {
    id: "name",
    header: words.name,
    cell: ({ InstanceProfileName: name = "" }) => (
      <GoLink to={profilePath(name)}>{name}</GoLink>
    ),
    sortingField: "InstanceProfileName",
    isRowHeader: true,
  },
  { id: "role", header: words.role, cell: (profile) => profile.Roles?.[0]?.RoleName ?? words.noRole },
  {
    id: "created",
    header: words.created,
    cell: (profile) => profile.CreateDate?.toLocaleString(),
    sortingField: "CreateDate",
  },
];
