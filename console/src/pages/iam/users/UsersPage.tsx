import { paginateListUsers, type User } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import type { TableProps } from "@cloudscape-design/components/table";
import { GoLink } from "../../../parts/GoLink";
import { useGo } from "../../../parts/go";
import { Listing } from "../../../parts/Listing";
import { useLoad } from "../../../parts/useLoad";
import { iam } from "../../../session/sdk";
import { users as words } from "../../../strings/users";
import { userPath } from "../paths";

export default function UsersPage() {
  const loaded = useLoad(allUsers);
  const { go } = useGo();
  return (
    <Listing
      title={words.title}
      loaded={loaded}
      columns={COLUMNS}
      idOf={(user) => user.UserName ?? ""}
      empty={{ title: words.empty, hint: words.emptyHint }}
      actions={
        <Button variant="primary" onClick={() => go("/iam/users/create")}>
          {words.create}
        </Button>
      }
    />
  );
}

async function allUsers(): Promise<User[]> {
  const users: User[] = [];
  for await (const page of paginateListUsers({ client: iam() }, {})) users.push(...(page.Users ?? []));
  return users;
}

const COLUMNS: TableProps.ColumnDefinition<User>[] = [
  {
    id: "name",
    header: words.name,
    cell: ({ UserName: name = "" }) => <GoLink to={userPath(name)}>{name}</GoLink>,
    sortingField: "UserName",
    isRowHeader: true,
  },
  { id: "path", header: words.path, cell: (user) => user.Path, sortingField: "Path" },
  {
    id: "sign-in",
    header: words.lastSignIn,
    cell: (user) => user.PasswordLastUsed?.toLocaleString() ?? words.never,
    sortingField: "PasswordLastUsed",
  },
  { id: "created", header: words.created, cell: (user) => user.CreateDate?.toLocaleString(), sortingField: "CreateDate" },
  { id: "arn", header: words.arn, cell: (user) => user.Arn, sortingField: "Arn" },
];
