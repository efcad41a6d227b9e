import { paginateDescribeRepositories, type Repository } from "@aws-sdk/client-ecr";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { TableProps } from "@cloudscape-design/components/table";
import { useState } from "react";
import { CopyText } from "../../parts/CopyText";
import { flash } from "../../parts/flash";
import { useGo } from "../../parts/go";
import { GoLink } from "../../parts/GoLink";
import { Listing } from "../../parts/Listing";
import { useLoad } from "../../parts/useLoad";
import { ecr as client } from "../../session/sdk";
import { ecr } from "../../strings/ecr";
import { DeleteRepository } from "./DeleteRepository";
import { CREATE, repositoryPath } from "./paths";
import { PushCommandsModal } from "./PushCommandsModal";

export default function RepositoriesPage() {
  const loaded = useLoad(allRepositories);
  const { go } = useGo();
  const [selected, setSelected] = useState<Repository[]>([]);
  const [open, setOpen] = useState<"push" | "delete">();
  const words = ecr.repositories;
  const repository = selected[0];
  const name = repository?.repositoryName ?? "";
  const create = (
    <Button variant="primary" onClick={() => go(CREATE)}>
      {words.create}
    </Button>
  );

  function wasDeleted(): void {
    flash("success", ecr.repository.deleted(name));
    setOpen(undefined);
    setSelected([]);
    loaded.again();
  }

  return (
    <>
      <Listing
        title={words.title}
        loaded={loaded}
        columns={COLUMNS}
        idOf={(one) => one.repositoryName ?? ""}
        empty={{
          title: words.empty,
          hint: words.emptyHint,
          action: <Button onClick={() => go(CREATE)}>{words.create}</Button>,
        }}
        selection={{
          selectionType: "single",
          selectedItems: selected,
          onSelectionChange: ({ detail }) => setSelected(detail.selectedItems),
          ariaLabels: {
            selectionGroupLabel: words.selection,
            itemSelectionLabel: (_, one) => words.select(one.repositoryName ?? ""),
          },
        }}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={!repository} onClick={() => setOpen("push")}>
              {words.pushCommands}
            </Button>
            <Button disabled={!repository} onClick={() => setOpen("delete")}>
              {words.delete}
            </Button>
            {create}
          </SpaceBetween>
        }
      />
      {open === "push" && (
        <PushCommandsModal name={name} uri={repository?.repositoryUri} onClose={() => setOpen(undefined)} />
      )}
      {open === "delete" && (
        <DeleteRepository name={name} onDone={wasDeleted} onCancel={() => setOpen(undefined)} />
      )}
    </>
  );
}

async function allRepositories(): Promise<Repository[]> {
  const found: Repository[] = [];
  for await (const page of paginateDescribeRepositories({ client: client(), pageSize: 1000 }, {})) {
    found.push(...(page.repositories ?? []));
  }
  return found;
}

const COLUMNS: TableProps.ColumnDefinition<Repository>[] = [
  {
    id: "name",
    header: ecr.repositories.name,
    cell: ({ repositoryName = "" }) => <GoLink to={repositoryPath(repositoryName)}>{repositoryName}</GoLink>,
    sortingField: "repositoryName",
    isRowHeader: true,
  },
  {
    id: "uri",
    header: ecr.repositories.uri,
    minWidth: 220,
    cell: ({ repositoryUri = "" }) => <CopyText text={repositoryUri} label={ecr.repositories.copyUri} />,
  },
  {
    id: "created",
    header: ecr.repositories.created,
    cell: (repository) => repository.createdAt?.toLocaleString(),
    sortingField: "createdAt",
  },
  {
    id: "mutability",
    header: ecr.repositories.mutability,
    cell: ({ imageTagMutability = "MUTABLE" }) => ecr.mutability[imageTagMutability],
  },
];
