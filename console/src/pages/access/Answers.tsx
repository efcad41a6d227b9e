import Box from "@cloudscape-design/components/box";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import type { TableProps } from "@cloudscape-design/components/table";
import { useCallback } from "react";
import { ask } from "../../api/ask";
import { Listing } from "../../parts/Listing";
import { useLoad } from "../../parts/useLoad";
import { useNarrow } from "../../parts/useNarrow";
import { can as words, why } from "../../strings/access";
import "./access.css";
import { Lines } from "./Lines";
import type { Outcome, Statement } from "./types";

interface Case {
  name: string;
  answer: Outcome;
  dependsOn: string[];
  when: Record<string, string | string[]>;
  reason: string;
}

interface Missing {
  action: string;
  deniedBy: { policy: string; sid: string | null; index: number }[];
}

interface Answer {
  verb: string;
  answer: Outcome;
  cases: Case[];
  missing: Missing[];
  dependsOn: string[];
  add: { to: string; statement: Statement }[] | null;
  thenDependsOn: string[];
}

export const OUTCOMES: Record<Outcome, StatusIndicatorProps.Type> = {
  yes: "success",
  no: "error",
  depends: "warning",
  some: "warning",
  undecided: "stopped",
};

/** One line for each verb. */
export function Answers({ principal, repository }: { principal: string; repository: string }) {
  const load = useCallback(async () => {
    const body = { principal, repositories: [repository] };
    return (await ask<{ answers: Answer[] }>("POST", "/api/can", { body })).answers;
  }, [principal, repository]);
  const loaded = useLoad(load);
  const isNarrow = useNarrow();
  return (
    <Listing
      short
      title={`${principal}, ${repository}`}
      loaded={loaded}
      columns={isNarrow ? NARROW : COLUMNS}
      idOf={(answer) => answer.verb}
      empty={{ title: words.empty, hint: words.emptyHint }}
    />
  );
}

function verbOf({ verb }: Answer): string {
  return words.verbs[verb] ?? verb;
}

function Said({ outcome }: { outcome: Outcome }) {
  return <StatusIndicator type={OUTCOMES[outcome]}>{words.answers[outcome]}</StatusIndicator>;
}

function Because({ answer }: { answer: Answer }) {
  const { add, missing } = answer;
  const lines = reasons(answer);
  return (
    <SpaceBetween size="xxs">
      {lines.map((text) => (
        <Box key={text} variant="span" display="block">
          <span className="breaks">{text}</span>
        </Box>
      ))}
      {add && add.length > 0 && (
        <ExpandableSection headerText={words.addShort} headingTagOverride="h3">
          <SpaceBetween size="xs">
            {add.map(({ statement }, at) => (
              <Lines
                key={at}
                label={words.add(verbOf(answer))}
                lines={JSON.stringify(statement, null, 2).split("\n").map((text) => ({ text }))}
              />
            ))}
            {answer.thenDependsOn.length > 0 && words.then(answer.thenDependsOn)}
          </SpaceBetween>
        </ExpandableSection>
      )}
      {add === null && missing.length > 0 && <Box variant="small">{words.cantAdd}</Box>}
    </SpaceBetween>
  );
}

function reasons({ answer, cases, missing, dependsOn }: Answer): string[] {
  const lacking = [...new Set(missing.filter(({ deniedBy }) => deniedBy.length === 0).map(({ action }) => action))];
  const denied = missing.filter(({ deniedBy }) => deniedBy.length > 0);
  return [
    ...(lacking.length > 0 ? [words.lacking(lacking)] : []),
    ...denied.map(({ action, deniedBy }) =>
      [
        words.denied([action]),
        ...deniedBy.map(({ policy, sid, index }) => words.by(policy, sid ?? why.statement(index))),
      ].join(" "),
    ),
    ...(answer === "depends" ? [words.dependsOn(dependsOn)] : []),
    ...(answer === "some" ? cases.map((one) => `${words.answers[one.answer]}: ${words.witness(one.name)}`) : []),
    ...cases.flatMap(({ when, reason }) => [
      ...Object.entries(when).map(([key, value]) => words.when(key, [value].flat().join(", "))),
      ...(reason ? [reason] : []),
    ]),
  ];
}

const COLUMNS: TableProps.ColumnDefinition<Answer>[] = [
  { id: "verb", header: words.verb, cell: verbOf, isRowHeader: true },
  {
    id: "answer",
    header: words.answer,
    cell: ({ answer }) => <Said outcome={answer} />,
  },
  { id: "because", header: words.detail, cell: (answer) => <Because answer={answer} /> },
];

const NARROW: TableProps.ColumnDefinition<Answer>[] = [
  {
    id: "all",
    header: words.verb,
    isRowHeader: true,
    cell: (answer) => (
      <div className="stacked">
        <Box fontWeight="bold">{verbOf(answer)}</Box>
        <Said outcome={answer.answer} />
        <Because answer={answer} />
      </div>
    ),
  },
];
