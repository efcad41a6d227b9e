import { useCollection } from "@cloudscape-design/collection-hooks";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Pagination from "@cloudscape-design/components/pagination";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import type { ReactNode } from "react";
import { listing } from "../strings/shell";
import { ErrorBox } from "./ErrorBox";
import { useStart, useWritten } from "./addressed";
import type { Loaded } from "./useLoad";

const PAGE = 20;

export interface ListingProps<Item> {
  title: string;
  loaded: Loaded<readonly Item[]>;
  columns: readonly TableProps.ColumnDefinition<Item>[];
  /** The text that identifies a row. */
  idOf: (item: Item) => string;
  empty: { title: string; hint: string; action?: ReactNode };
  actions?: ReactNode;
  description?: ReactNode;
  /** Beside the text filter, for example a Select of types. */
  filters?: ReactNode;
  selection?: Pick<TableProps<Item>, "selectionType" | "selectedItems" | "onSelectionChange" | "ariaLabels">;
  /** The name of the filter, where "Find TITLE" doesn't read well. */
  find?: string;
  /** Below the rows: for a list of which only a part was loaded. */
  footer?: ReactNode;
  /** What the filter looks in; without it, in every field that is a text or a number. */
  textOf?: (item: Item) => string;
  /** Stands within a page that has a title of its own. */
  within?: boolean;
  /** A short table within a page: without a filter and pages. */
  short?: boolean;
  /** Rows that open to others; sorting and filtering are of the outer ones. */
  expandableRows?: TableProps.ExpandableRows<Item>;
}

/** A table that filters, sorts and pages, all of which stands in the address: of one on a page. */
export function Listing<Item>(props: ListingProps<Item>) {
  const { title, loaded, columns, idOf, empty, actions, description, filters, selection, textOf, expandableRows } = props;
  const { short = false, within = short, find = listing.find(title), footer } = props;
  const start = useStart(columns);
  const { items, filteredItemsCount, collectionProps, filterProps, paginationProps, actions: collection } =
    useCollection(loaded.value ?? [], {
      filtering: {
        defaultFilteringText: start.text,
        ...(textOf && { filteringFunction: (item, text) => textOf(item).toLowerCase().includes(text.toLowerCase()) }),
      },
      sorting: start.sorting ? { defaultState: start.sorting } : {},
      pagination: { pageSize: PAGE, defaultPage: start.page },
    });
  useWritten({
    text: filterProps.filteringText,
    // Until the items are there, there is only one page.
    page: loaded.value ? paginationProps.currentPageIndex : start.page,
    column: collectionProps.sortingColumn?.sortingField,
    descending: collectionProps.sortingDescending,
  });
  if (loaded.error !== undefined && !loaded.value) return <ErrorBox error={loaded.error} again={loaded.again} />;
  return (
    <SpaceBetween size="m">
      {loaded.error !== undefined && <ErrorBox error={loaded.error} again={loaded.again} />}
      <Table
        {...collectionProps}
        {...selection}
        {...(expandableRows && { expandableRows })}
        variant={within ? "container" : "full-page"}
        stickyHeader={!within}
        wrapLines
        items={items}
        columnDefinitions={columns}
        trackBy={idOf}
        footer={footer}
        empty={
          filterProps.filteringText ? (
            <Empty
              title={listing.noMatch}
              hint={listing.noMatchHint}
              action={<Button onClick={() => collection.setFiltering("")}>{listing.clear}</Button>}
            />
          ) : (
            <Empty {...empty} />
          )
        }
        loading={loaded.loading && !loaded.value}
        loadingText={listing.loading}
        header={
          <Header
            variant={within ? "h2" : "awsui-h1-sticky"}
            counter={loaded.value ? `(${loaded.value.length})` : ""}
            description={description}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button iconName="refresh" ariaLabel={listing.refresh} loading={loaded.loading} onClick={loaded.again} />
                {actions}
              </SpaceBetween>
            }
          >
            {title}
          </Header>
        }
        filter={
          !short && (
            <SpaceBetween direction="horizontal" size="xs" alignItems="end">
              <TextFilter
                {...filterProps}
                filteringPlaceholder={find}
                filteringAriaLabel={find}
                filteringClearAriaLabel={listing.clear}
                countText={listing.matches(filteredItemsCount ?? 0)}
              />
              {filters}
            </SpaceBetween>
          )
        }
        pagination={
          !short && (
            <Pagination {...paginationProps} ariaLabels={listing.pages} />
          )
        }
      />
    </SpaceBetween>
  );
}

function Empty({ title, hint, action }: { title: string; hint: string; action?: ReactNode }) {
  return (
    <Box textAlign="center" color="inherit" padding={{ vertical: "s" }}>
      <SpaceBetween size="xs">
        <b>{title}</b>
        <Box variant="p" color="inherit">
          {hint}
        </Box>
        {action}
      </SpaceBetween>
    </Box>
  );
}
