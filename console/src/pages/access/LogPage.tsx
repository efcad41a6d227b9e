import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { TableProps } from "@cloudscape-design/components/table";
import { useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { ErrorBox } from "../../parts/ErrorBox";
import { GoLink } from "../../parts/GoLink";
import { Listing } from "../../parts/Listing";
import { useNarrow } from "../../parts/useNarrow";
import { log as words } from "../../strings/access";
import "./access.css";
import { LogFilters } from "./LogFilters";
import { commandsOf, keyOf, nameOf, repositoryOf, type Command } from "./log";
import { useFollow, type Filters } from "./useFollow";
import type { Decision } from "./types";

interface Row {
  key: string;
  at: string;
  who: string;
  what: string;
  where: string;
  client: string;
  refused: readonly Decision[];
  count: number;
  /** The requests of a command of several. */
  rows: Row[];
}

const FILTERS = ["principal", "repository", "action", "decision"] as const;

export default function LogPage() {
  const [search] = useSearchParams();
  const isNarrow = useNarrow();
  const [isPaused, setPaused] = useState(false);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const filters: Filters = Object.fromEntries(
    FILTERS.flatMap((name) => {
      const value = search.get(name);
      return value ? [[name, value]] : [];
    }),
  );
  const { held, error, lost, gap, again, older, loadingOlder, olderError } = useFollow(filters, isPaused);
  const decisions = held?.decisions;
  const rows = useMemo(() => decisions && commandsOf(decisions).map(rowOf), [decisions]);
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <SpaceBetween size="m">
      {gap && <Alert type="info">{words.gap}</Alert>}
      <Listing
        title={words.title}
        find={words.find}
        description={words.description}
        loaded={{ value: rows, error, loading: !rows && error === undefined, again }}
        columns={isNarrow ? NARROW : COLUMNS}
        idOf={(row) => row.key}
        empty={{ title: words.empty, hint: isFiltered ? words.emptyFiltered : words.emptyHint }}
        filters={<LogFilters decisions={decisions ?? []} />}
        actions={
          <SpaceBetween direction="horizontal" size="xs" alignItems="center">
            <StatusIndicator type={isPaused ? "stopped" : lost ? "warning" : "success"}>
              {isPaused ? words.paused : lost ? words.lost : words.live}
            </StatusIndicator>
            <Button iconName={isPaused ? "play" : "pause"} onClick={() => setPaused(!isPaused)}>
              {isPaused ? words.resume : words.pause}
            </Button>
          </SpaceBetween>
        }
        footer={
          held?.older && (
            <SpaceBetween size="s">
              {olderError !== undefined && <ErrorBox error={olderError} title={words.olderRefused} again={older} />}
              <SpaceBetween direction="horizontal" size="xs" alignItems="center">
                <Button loading={loadingOlder} onClick={older}>
                  {words.older}
                </Button>
                <Box color="text-body-secondary">{words.shown(held.decisions.length)}</Box>
              </SpaceBetween>
            </SpaceBetween>
          )
        }
        expandableRows={{
          getItemChildren: (row) => row.rows,
          isItemExpandable: (row) => row.rows.length > 0,
          expandedItems: (rows ?? []).filter(({ key }) => open.has(key)),
          onExpandableItemToggle: ({ detail }) => setOpen((before) => toggled(before, detail.item.key, detail.expanded)),
        }}
      />
    </SpaceBetween>
  );
}

function Stacked({ row }: { row: Row }) {
  return (
    <div className="stacked">
      <Box fontWeight="bold">{row.what}</Box>
      <div>
        <Decided refused={row.refused} count={row.count} />
      </div>
      <Box variant="small" display="block">
        {[row.who, row.where, new Date(row.at).toLocaleTimeString()].filter(Boolean).join(", ")}
      </Box>
    </div>
  );
}

function toggled(before: ReadonlySet<string>, key: string, isOpen: boolean): ReadonlySet<string> {
  const next = new Set(before);
  if (isOpen) next.add(key);
  else next.delete(key);
  return next;
}

function rowOf(command: Command): Row {
  const { requests, verb, actions, resource } = command;
  const named = verb ? words.verbs[verb] : words.others(actions[0] ?? "", actions.length - 1);
  return {
    key: command.key,
    at: command.at,
    who: nameOf(command.principal),
    what: named,
    where: repositoryOf(resource) || (new Set(requests.map((one) => one.resource)).size === 1 ? resource : ""),
    client: command.client,
    refused: command.refused,
    count: requests.length,
    rows: verb !== undefined || requests.length > 1 ? requests.map(requestRow) : [],
  };
}

function requestRow(decision: Decision): Row {
  return {
    key: keyOf(decision),
    at: decision.at,
    who: nameOf(decision.principal),
    what: decision.action,
    where: repositoryOf(decision.resource) || decision.resource,
    client: "",
    refused: decision.verdict === "Allowed" ? [] : [decision],
    count: 1,
    rows: [],
  };
}

function Decided({ refused, count }: Pick<Row, "refused" | "count">) {
  // The last one is what the client stumbled over.
  const [last] = refused;
  if (!last) return <StatusIndicator type="success">{words.allowed}</StatusIndicator>;
  return (
    <>
      <StatusIndicator type="error">{words.refused(refused.length, count)}</StatusIndicator>{" "}
      <GoLink to={`/access/why?id=${last.id}`} ariaLabel={words.whyOf(last.action)}>
        {words.why}
      </GoLink>
    </>
  );
}

const COLUMNS: TableProps.ColumnDefinition<Row>[] = [
  {
    id: "what",
    header: words.command,
    cell: (row) => row.what,
    sortingField: "what",
    isRowHeader: true,
  },
  { id: "decision", header: words.decision, cell: (row) => <Decided refused={row.refused} count={row.count} /> },
  { id: "who", header: words.principal, cell: (row) => row.who, sortingField: "who" },
  { id: "where", header: words.repository, cell: (row) => row.where, sortingField: "where" },
  { id: "at", header: words.time, cell: (row) => new Date(row.at).toLocaleString(), sortingField: "at" },
  { id: "client", header: words.client, cell: (row) => row.client, sortingField: "client" },
];

const NARROW: TableProps.ColumnDefinition<Row>[] = [
  { id: "all", header: words.command, cell: (row) => <Stacked row={row} />, sortingField: "what", isRowHeader: true },
];
