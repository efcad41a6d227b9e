/** The state of a table in the page's address, so that it can be linked to and comes back by the Back button. */

import type { TableProps } from "@cloudscape-design/components/table";
import { useEffect, useState } from "react";
import { useSearchParams } from "react-router";

interface Seen {
  text: string;
  page: number;
  column: string | undefined;
  descending: boolean | undefined;
}

/** What the address said when the page opened. */
export function useStart<Item>(columns: readonly TableProps.ColumnDefinition<Item>[]) {
  const [search] = useSearchParams();
  const [start] = useState(() => read(search, columns));
  return start;
}

/** Keeps the address at what is seen now. */
export function useWritten({ text, page, column, descending }: Seen): void {
  const [, setSearch] = useSearchParams();
  useEffect(() => {
    setSearch((before) => written(before, { text, page, column, descending }), { replace: true });
    // setSearch changes with every address; what is seen is what counts.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [text, page, column, descending]);
}

function read<Item>(search: URLSearchParams, columns: readonly TableProps.ColumnDefinition<Item>[]) {
  const sort = search.get("sort") ?? "";
  const isDescending = sort.startsWith("-");
  const sortingColumn = columns.find((column) => column.sortingField === sort.replace(/^-/, ""));
  return {
    text: search.get("q") ?? "",
    page: Math.max(1, Number.parseInt(search.get("page") ?? "1", 10) || 1),
    sorting: sort && sortingColumn ? { sortingColumn, isDescending } : undefined,
  };
}

/** The parameters with these ones set, and the others kept. Exported for its test. */
export function written(before: URLSearchParams, seen: Seen): URLSearchParams {
  const next = new URLSearchParams(before);
  const put = (name: string, value: string) => {
    if (value) next.set(name, value);
    else next.delete(name);
  };
  put("q", seen.text);
  put("page", seen.page > 1 ? String(seen.page) : "");
  put("sort", seen.column ? `${seen.descending ? "-" : ""}${seen.column}` : "");
  return next;
}
