import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useCallback, type ReactNode } from "react";
import { ErrorBox } from "../../../parts/ErrorBox";
import { useLoad } from "../../../parts/useLoad";
import { block as blockWords, editor, review, serviceName, summary as words } from "../../../strings/policies";
import { Document } from "../principals/Document";
import { starOnlyOf, type Service } from "./visual/catalogue";
import type { Block, Permission } from "./visual/model";
import { servicesIn, toVisual } from "./visual/read";
import { knownServices } from "./visual/services";
import { levelsOf } from "./visual/summary";

interface Row {
  block: Block;
  service: Service | undefined;
}

/** *Permissions defined in this policy*: a line for each block, whichever editor wrote it. */
export function PermissionsSummary({ document, actions }: { document: string; actions: ReactNode }) {
  const { value: rows, error, again } = useLoad(useCallback(() => rowsOf(document), [document]));
  const header = (
    <Header variant="h2" description={review.permissionsHint} actions={actions}>
      {review.permissions}
    </Header>
  );
  if (error !== undefined) return <ErrorBox error={error} again={again} />;
  if (!rows) return <StatusIndicator type="loading">{editor.loading}</StatusIndicator>;
  if (rows === "unreadable") {
    return (
      <Container header={header}>
        <Document label={editor.document} text={document} />
      </Container>
    );
  }
  return (
    <Table<Row>
      header={header}
      items={rows}
      columnDefinitions={COLUMNS}
      wrapLines
      enableKeyboardNavigation
    />
  );
}

async function rowsOf(document: string): Promise<Row[] | "unreadable"> {
  const services = await knownServices(servicesIn(document));
  const visual = toVisual(document, starOnlyOf(services.values()));
  if (!visual) return "unreadable";
  return visual.blocks.map((block) => ({
    block,
    service: block.kind === "permission" ? services.get(block.service) : undefined,
  }));
}

function levels(block: Permission, service: Service | undefined): string {
  const { full, limited, everything } = levelsOf(block, service);
  if (everything) return words.full;
  return [
    ...(full.length > 0 ? [words.fullOf(full)] : []),
    ...(limited.length > 0 ? [words.limitedOf(limited)] : []),
  ].join("; ");
}

function conditions({ conditions: all }: Permission): string {
  return all.map(({ key, operator, values }) => `${key} ${operator} ${values.join(", ")}`).join("; ") || words.none;
}

/** A cell of a block that is shown; what is kept as JSON says so in its first cell alone. */
function cell(of: (block: Permission, service: Service | undefined) => string) {
  return ({ block, service }: Row) => (block.kind === "opaque" ? "" : of(block, service));
}

const COLUMNS: TableProps.ColumnDefinition<Row>[] = [
  {
    id: "service",
    header: words.service,
    minWidth: 110,
    cell: ({ block }) => (block.kind === "opaque" ? words.kept : serviceName(block.service)),
    isRowHeader: true,
  },
  { id: "effect", header: words.effect, minWidth: 95, cell: cell(({ effect }) => blockWords[effect]) },
  { id: "level", header: words.level, minWidth: 100, cell: cell(levels) },
  {
    id: "resource",
    header: words.resource,
    minWidth: 160,
    cell: cell(({ resources }) => (resources === "all" ? words.allResources : resources.join(", ") || words.allResources)),
  },
  { id: "condition", header: words.condition, minWidth: 110, cell: cell(conditions) },
];
