import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import Pagination from "@cloudscape-design/components/pagination";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useState } from "react";
import { listing } from "../../../strings/shell";

const PAGE = 20;

interface ShortTableProps<Item> {
  title: string;
  description?: string;
  items: readonly Item[];
  columns: readonly TableProps.ColumnDefinition<Item>[];
  empty: { title: string; hint: string };
}

/** One of several tables of a page, in the order that its items have: so its state is not in the address. */
export function ShortTable<Item>({ title, description, items, columns, empty }: ShortTableProps<Item>) {
  const [page, setPage] = useState(1);
  const pages = Math.ceil(items.length / PAGE);
  return (
    <Table
      variant="container"
      ariaLabels={{ tableLabel: title }}
      items={items.slice((page - 1) * PAGE, page * PAGE)}
      columnDefinitions={columns}
      header={
        <Header variant="h2" counter={`(${items.length})`} description={description}>
          {title}
        </Header>
      }
      empty={
        <Box textAlign="center" color="inherit">
          <b>{empty.title}</b>
          <Box variant="p" color="inherit">
            {empty.hint}
          </Box>
        </Box>
      }
      pagination={
        pages > 1 && (
          <Pagination
            currentPageIndex={page}
            pagesCount={pages}
            onChange={({ detail }) => setPage(detail.currentPageIndex)}
            ariaLabels={listing.pages}
          />
        )
      }
    />
  );
}
