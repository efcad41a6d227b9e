import { useCollection } from "@cloudscape-design/collection-hooks";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Pagination from "@cloudscape-design/components/pagination";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import { useCallback, useState, type ReactNode } from "react";
import { useStart, useWritten } from "../../../parts/addressed";
import { ErrorBox } from "../../../parts/ErrorBox";
import { flash } from "../../../parts/flash";
import { GoLink } from "../../../parts/GoLink";
import { useLoad } from "../../../parts/useLoad";
import { entities as words } from "../../../strings/policy";
import { listing } from "../../../strings/shell";
import { rolePath, userPath } from "../paths";
import type { PolicyRef } from "../principals/principal";
import { AttachEntities } from "./AttachEntities";
import { DetachEntities } from "./DetachEntities";
import { idOf, type Entity } from "./entity";
import { entitiesOf } from "./managed";

const PAGE = 20;

/** Who has the policy, and in which way. */
export function EntitiesTab({ of }: { of: PolicyRef }) {
  const loaded = useLoad(useCallback(() => entitiesOf(of.arn), [of.arn]));
  const [selected, setSelected] = useState<Entity[]>([]);
  const [isOpen, setOpen] = useState<"attach" | "detach">();
  const held = loaded.value ?? [];

  function close(said?: string): void {
    setOpen(undefined);
    setSelected([]);
    if (said) flash("success", said);
    loaded.again(); // some of them may be done even where one was refused
  }

  return (
    <SpaceBetween size="m">
      {loaded.error !== undefined && <ErrorBox error={loaded.error} again={loaded.again} />}
      <Entities
        held={held}
        loading={loaded.loading && !loaded.value}
        selected={selected}
        onSelect={setSelected}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button iconName="refresh" ariaLabel={listing.refresh} loading={loaded.loading} onClick={loaded.again} />
            <Button disabled={selected.length === 0} onClick={() => setOpen("detach")}>
              {words.detach}
            </Button>
            <Button onClick={() => setOpen("attach")}>{words.attach}</Button>
          </SpaceBetween>
        }
      />
      {isOpen === "attach" && (
        <AttachEntities
          policy={of}
          held={held}
          onDone={(count) => close(words.attached(count))}
          onCancel={() => close()}
        />
      )}
      {isOpen === "detach" && (
        <DetachEntities
          policy={of}
          entities={selected}
          onDone={() => close(words.detached)}
          onCancel={() => close()}
        />
      )}
    </SpaceBetween>
  );
}

interface EntitiesProps {
  held: readonly Entity[];
  loading: boolean;
  selected: Entity[];
  onSelect: (selected: Entity[]) => void;
  actions: ReactNode;
}

function Entities({ held, loading, selected, onSelect, actions }: EntitiesProps) {
  const start = useStart(COLUMNS);
  const { items, filteredItemsCount, collectionProps, filterProps, paginationProps } = useCollection(held, {
    filtering: { defaultFilteringText: start.text },
    sorting: start.sorting ? { defaultState: start.sorting } : {},
    pagination: { pageSize: PAGE, defaultPage: start.page },
  });
  useWritten({
    text: filterProps.filteringText,
    page: loading ? start.page : paginationProps.currentPageIndex, // until they are there, there is only one
    column: collectionProps.sortingColumn?.sortingField,
    descending: collectionProps.sortingDescending,
  });
  return (
    <Table<Entity>
      {...collectionProps}
      items={items}
      trackBy={idOf}
      loading={loading}
      loadingText={listing.loading}
      columnDefinitions={COLUMNS}
      selectionType="multi"
      selectedItems={selected}
      onSelectionChange={({ detail }) => onSelect(detail.selectedItems)}
      ariaLabels={{
        selectionGroupLabel: words.selection,
        itemSelectionLabel: (_, { name, usage }) => `${name}, ${words.usages[usage]}`,
        allItemsSelectionLabel: () => words.selection,
      }}
      empty={
        <Box textAlign="center">
          <b>{filterProps.filteringText ? words.noMatch : words.empty}</b>
          {!filterProps.filteringText && <Box variant="p">{words.emptyHint}</Box>}
        </Box>
      }
      header={
        <Header variant="h2" counter={`(${held.length})`} description={words.hint} actions={actions}>
          {words.title}
        </Header>
      }
      filter={
        <TextFilter
          {...filterProps}
          filteringPlaceholder={words.find}
          filteringAriaLabel={words.find}
          filteringClearAriaLabel={listing.clear}
          countText={listing.matches(filteredItemsCount ?? 0)}
        />
      }
      pagination={
        <Pagination {...paginationProps} ariaLabels={listing.pages} />
      }
    />
  );
}

const COLUMNS: TableProps.ColumnDefinition<Entity>[] = [
  {
    id: "name",
    header: words.name,
    cell: ({ kind, name }) => <GoLink to={kind === "role" ? rolePath(name) : userPath(name)}>{name}</GoLink>,
    sortingField: "name",
    isRowHeader: true,
  },
  { id: "type", header: words.type, cell: ({ kind }) => words.types[kind], sortingField: "kind" },
  { id: "usage", header: words.usage, cell: ({ usage }) => words.usages[usage], sortingField: "usage" },
];
