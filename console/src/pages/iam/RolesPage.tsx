import { paginateListRoles, type Role } from "@aws-sdk/client-iam";
import type { TableProps } from "@cloudscape-design/components/table";
import { Listing } from "../../parts/Listing";
import { useLoad } from "../../parts/useLoad";
import { iam as client } from "../../session/sdk";
import { iam } from "../../strings/iam";
import { trustedBy } from "./trusted";

export default function RolesPage() {
  const loaded = useLoad(allRoles);
  const { title, empty, emptyHint } = iam.roles;
  return (
    <Listing
      title={title}
      loaded={loaded}
      columns={COLUMNS}
      idOf={(role) => role.RoleName ?? ""}
      empty={{ title: empty, hint: emptyHint }}
    />
  );
}

async function allRoles(): Promise<Role[]> {
  const roles: Role[] = [];
  for await (const page of paginateListRoles({ client: client() }, {})) roles.push(...(page.Roles ?? []));
  return roles;
}

const COLUMNS: TableProps.ColumnDefinition<Role>[] = [
  { id: "name", header: iam.roles.name, cell: (role) => role.RoleName, sortingField: "RoleName", isRowHeader: true },
  { id: "trusted", header: iam.roles.trusted, cell: (role) => trustedBy(role.AssumeRolePolicyDocument) },
  {
    id: "created",
    header: iam.roles.created,
    cell: (role) => role.CreateDate?.toLocaleString(),
    sortingField: "CreateDate",
  },
];
