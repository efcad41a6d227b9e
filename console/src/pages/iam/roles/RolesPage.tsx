import type { Role } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import type { TableProps } from "@cloudscape-design/components/table";
import { Listing } from "../../../parts/Listing";
import { GoLink } from "../../../parts/GoLink";
import { useGo } from "../../../parts/go";
import { useLoad } from "../../../parts/useLoad";
import { iam } from "../../../strings/iam";
import { roles as words } from "../../../strings/roles";
import { rolePath } from "../paths";
import { allRoles } from "./allRoles";
import { trustedBy } from "./trusted";

export default function RolesPage() {
  const loaded = useLoad(allRoles);
  const { go } = useGo();
  const { title, empty, emptyHint } = iam.roles;
  return (
    <Listing
      title={title}
      loaded={loaded}
      columns={COLUMNS}
      idOf={(role) => role.RoleName ?? ""}
      empty={{ title: empty, hint: emptyHint }}
      actions={
        <Button variant="primary" onClick={() => go("/iam/roles/create")}>
          {words.create}
        </Button>
      }
    />
  );
}

const COLUMNS: TableProps.ColumnDefinition<Role>[] = [
  {
    id: "name",
    header: iam.roles.name,
    cell: ({ RoleName: name = "" }) => <GoLink to={rolePath(name)}>{name}</GoLink>,
    sortingField: "RoleName",
    isRowHeader: true,
  },
  { id: "trusted", header: iam.roles.trusted, cell: (role) => trustedBy(role.AssumeRolePolicyDocument) },
  {
    id: "created",
    header: iam.roles.created,
    cell: (role) => role.CreateDate?.toLocaleString(),
    sortingField: "CreateDate",
  },
];
