import { paginateDescribeRepositories, type Repository } from "@aws-sdk/client-ecr";
import type { TableProps } from "@cloudscape-design/components/table";
import { Listing } from "../../parts/Listing";
import { useLoad } from "../../parts/useLoad";
import { ecr as client } from "../../session/sdk";
import { ecr } from "../../strings/ecr";

export default function RepositoriesPage() {
  const loaded = useLoad(allRepositories);
  const { title, empty, emptyHint } = ecr.repositories;
  return (
    <Listing
      title={title}
      loaded={loaded}
      columns={COLUMNS}
      idOf={(repository) => repository.repositoryName ?? ""}
      empty={{ title: empty, hint: emptyHint }}
    />
  );
}

async function allRepositories(): Promise<Repository[]> {
  const found: Repository[] = [];
  for await (const page of paginateDescribeRepositories({ client: client() }, {})) {
    found.push(...(page.repositories ?? []));
  }
  return found;
}

const COLUMNS: TableProps.ColumnDefinition<Repository>[] = [
  {
    id: "name",
    header: ecr.repositories.name,
    cell: (repository) => repository.repositoryName,
    sortingField: "repositoryName",
    isRowHeader: true,
  },
  { id: "uri", header: ecr.repositories.uri, cell: (repository) => repository.repositoryUri },
  {
    id: "created",
    header: ecr.repositories.created,
    cell: (repository) => repository.createdAt?.toLocaleString(),
    sortingField: "createdAt",
  },
  {
    id: "mutability",
    header: ecr.repositories.mutability,
    cell: ({ imageTagMutability }) =>
      imageTagMutability?.startsWith("IMMUTABLE") ? ecr.repositories.immutable : ecr.repositories.mutable,
  },
];
