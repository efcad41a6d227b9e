import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { TableProps } from "@cloudscape-design/components/table";
import { useCallback } from "react";
import { useSearchParams } from "react-router";
import { ask } from "../../../api/ask";
import { GoLink } from "../../../parts/GoLink";
import { Listing } from "../../../parts/Listing";
import { useLoad } from "../../../parts/useLoad";
import { ecr } from "../../../strings/ecr";
import { allowingOf, pageOf, type Path } from "./allowed";

const VERBS = ["pull", "push", "delete", "list", "tag", "admin"] as const;

type Verb = (typeof VERBS)[number];

interface Able {
  principal: string;
  name: string;
  answer: "yes" | "no" | "depends" | "some" | "undecided";
  dependsOn: string[];
  by: Path[];
}

interface Who {
  principals: Able[];
  more: boolean;
}

/** Everybody who can do something with the repository, and the statements by which they can. */
export default function WhoTab({ name }: { name: string }) {
  const [search, setSearch] = useSearchParams();
  const verb = VERBS.find((one) => one === search.get("verb")) ?? "pull";
  const who = useLoad(
    useCallback(() => ask<Who>("POST", "/api/who", { body: { verb, repository: name } }), [verb, name]),
  );
  const words = ecr.who;
  return (
    <SpaceBetween size="m">
      {who.value?.more && <Alert type="warning">{words.more}</Alert>}
      <Listing
        within
        title={words.title}
        description={words.hint}
        loaded={{ ...who, value: who.value?.principals }}
        columns={COLUMNS}
        idOf={({ principal }) => principal}
        textOf={({ name, by }) => [name, ...allowingOf(by).map(({ statement }) => statement)].join(" ")}
        empty={{ title: words.empty, hint: words.emptyHint }}
        filters={
          <Select
            ariaLabel={words.verb}
            selectedOption={option(verb)}
            options={VERBS.map(option)}
            onChange={({ detail }) =>
              setSearch((before) => {
                const next = new URLSearchParams(before);
                next.set("verb", detail.selectedOption.value ?? "pull");
                return next;
              })
            }
          />
        }
      />
    </SpaceBetween>
  );
}

function option(verb: Verb) {
  return { value: verb, label: ecr.who.verbs[verb] };
}

function Answer({ answer, dependsOn }: Able) {
  const words = ecr.who;
  if (answer === "yes") return <StatusIndicator>{words.yes}</StatusIndicator>;
  const text =
    answer === "depends" ? words.depends(dependsOn.join(", ")) : answer === "some" ? words.some : words.undecided;
  return <StatusIndicator type="warning">{text}</StatusIndicator>;
}

const COLUMNS: TableProps.ColumnDefinition<Able>[] = [
  {
    id: "principal",
    header: ecr.who.principal,
    cell: ({ principal, name }) => {
      const page = pageOf(principal);
      return page ? <GoLink to={page}>{name}</GoLink> : name;
    },
    sortingField: "name",
    isRowHeader: true,
  },
  { id: "answer", header: ecr.who.answer, cell: (able) => <Answer {...able} />, sortingField: "answer" },
  {
    id: "by",
    header: ecr.who.by,
    minWidth: 220,
    cell: ({ by }) =>
      allowingOf(by).map(({ statement, page, actions }) => (
        <div key={`${page ?? ""} ${statement}`}>
          {page ? <GoLink to={page}>{statement}</GoLink> : <Box variant="span">{statement}</Box>}
          <Box variant="small" display="block">
            {actions.join(", ")}
          </Box>
        </div>
      )),
  },
];
