import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Input from "@cloudscape-design/components/input";
import Multiselect from "@cloudscape-design/components/multiselect";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { TableProps } from "@cloudscape-design/components/table";
import { useCallback, useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { ask } from "../../api/ask";
import { GoLink } from "../../parts/GoLink";
import { Listing } from "../../parts/Listing";
import { useLoad } from "../../parts/useLoad";
import { useNarrow } from "../../parts/useNarrow";
import { can, matrix as words } from "../../strings/access";
import "./access.css";
import { OUTCOMES } from "./Answers";
import type { Outcome } from "./types";

interface Row {
  principal: string;
  name: string;
  cells: Record<string, Record<string, Outcome>>;
}

interface Matrix {
  repositories: string[];
  rows: Row[];
  more: boolean;
}

const USUAL = "pull,push";

/** `?repositories=` and `?verbs=`, each separated by commas. */
export default function MatrixPage() {
  const [search, setSearch] = useSearchParams();
  const verbs = search.get("verbs") ?? USUAL;
  const repositories = search.get("repositories") ?? "";
  const load = useCallback(() => {
    const body = { verbs: parts(verbs), repositories: parts(repositories) };
    return ask<Matrix>("POST", "/api/matrix", { body });
  }, [verbs, repositories]);
  const loaded = useLoad(load);
  const isNarrow = useNarrow();
  const columns = useMemo(
    () => (isNarrow ? narrowOf : columnsOf)(loaded.value?.repositories ?? [], parts(verbs)),
    [loaded.value, verbs, isNarrow],
  );
  return (
    <SpaceBetween size="m">
      <Listing
        key={`${verbs} ${repositories}`}
        title={words.title}
        find={words.find}
        description={words.description}
        loaded={{ ...loaded, value: loaded.value && (loaded.value.repositories.length > 0 ? loaded.value.rows : []) }}
        columns={columns}
        idOf={(row) => row.principal}
        empty={{ title: words.empty, hint: words.emptyHint }}
        filters={
          <Asked
            verbs={parts(verbs)}
            repositories={repositories}
            put={(wanted, names) => setSearch({ verbs: wanted.join(), ...(names && { repositories: names }) })}
          />
        }
      />
      {loaded.value?.more && <Alert type="info">{words.more}</Alert>}
    </SpaceBetween>
  );
}

function parts(text: string): string[] {
  return text.split(",").map((each) => each.trim()).filter(Boolean);
}

interface AskedProps {
  verbs: string[];
  repositories: string;
  put: (verbs: string[], repositories: string) => void;
}

function Asked({ verbs, repositories, put }: AskedProps) {
  const [names, setNames] = useState(repositories);
  const options = Object.entries(can.verbs).map(([value, label]) => ({ value, label }));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        put(verbs, names.trim());
      }}
    >
      <SpaceBetween direction="horizontal" size="xs">
        <Multiselect
            ariaLabel={words.verbs}
            options={options}
            selectedOptions={options.filter(({ value }) => verbs.includes(value))}
            hideTokens
            placeholder={verbs.map((verb) => can.verbs[verb] ?? verb).join(", ")}
            onChange={({ detail }) => {
              const chosen = detail.selectedOptions.map(({ value = "" }) => value);
              if (chosen.length > 0) put(chosen, names.trim());
            }}
        />
        <Input
          value={names}
          ariaLabel={words.repositories}
          placeholder={words.repositoriesHint}
          spellcheck={false}
          onChange={({ detail }) => setNames(detail.value)}
        />
        <Button formAction="submit">{words.show}</Button>
      </SpaceBetween>
    </form>
  );
}

function columnsOf(repositories: readonly string[], verbs: readonly string[]): TableProps.ColumnDefinition<Row>[] {
  return [
    { id: "name", header: words.principal, cell: (row) => row.name, sortingField: "name", isRowHeader: true },
    ...repositories.map((repository) => ({
      id: `repository ${repository}`,
      header: repository,
      cell: (row: Row) => <Cell row={row} repository={repository} verbs={verbs} />,
    })),
  ];
}

/** One column: under each principal its repositories. */
function narrowOf(repositories: readonly string[], verbs: readonly string[]): TableProps.ColumnDefinition<Row>[] {
  return [
    {
      id: "name",
      header: words.principal,
      sortingField: "name",
      isRowHeader: true,
      cell: (row) => (
        <div className="stacked">
          <Box fontWeight="bold">{row.name}</Box>
          {repositories.map((repository) => (
            <div key={repository}>
              {repository}
              <Cell row={row} repository={repository} verbs={verbs} isWide />
            </div>
          ))}
        </div>
      ),
    },
  ];
}

interface CellProps {
  row: Row;
  repository: string;
  verbs: readonly string[];
  /** The verbs beside each other. */
  isWide?: boolean;
}

function Cell({ row, repository, verbs, isWide = false }: CellProps) {
  const who = row.name.replace(" ", "/");
  const address = new URLSearchParams({ principal: who, repository }).toString();
  return (
    <SpaceBetween size={isWide ? "s" : "xxxs"} direction={isWide ? "horizontal" : "vertical"}>
      {verbs.map((verb) => {
        const outcome = row.cells[repository]?.[verb] ?? "undecided";
        const said = words.said(verb, can.answers[outcome]);
        return (
          <GoLink
            key={verb}
            to={`/access/can?${address}`}
            ariaLabel={words.cell(said, who, repository)}
          >
            <StatusIndicator type={OUTCOMES[outcome]}>{said}</StatusIndicator>
          </GoLink>
        );
      })}
    </SpaceBetween>
  );
}
