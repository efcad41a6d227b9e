import Box from "@cloudscape-design/components/box";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { why } from "../../strings/access";
import { nameOf } from "./Deciding";
import type { Decision, StatementSeen } from "./types";

/** Every statement with what it lacked, and what the request carried. */
export function LookedAt({ decision }: { decision: Decision }) {
  const { statements, context, action } = decision;
  return (
    <SpaceBetween size="s">
      {statements.length > 0 && (
        <ExpandableSection variant="container" headerText={why.looked(statements.length)}>
          <ul className="plain-list breaks">
            {statements.map((seen) => (
              <li key={`${seen.type} ${seen.policy} ${seen.index}`}>
                <Box variant="code">{seen.policy}</Box> {nameOf(seen)} ({why.allowsOrDenies[seen.effect]}):{" "}
                {finding(seen, action)}
              </li>
            ))}
          </ul>
        </ExpandableSection>
      )}
      <ExpandableSection variant="container" headerText={why.contextOf}>
        <dl className="plain-list breaks">
          {Object.entries(context).map(([key, held]) => (
            <div key={key}>
              <dt>
                <Box variant="awsui-key-label">{key}</Box>
              </dt>
              <dd>{[held].flat().join(", ") || why.lacks.absent}</dd>
            </div>
          ))}
        </dl>
      </ExpandableSection>
    </SpaceBetween>
  );
}

function finding(seen: StatementSeen, action: string): string {
  const lacks = [
    ...(seen.principal ? [] : [why.lacks.principal]),
    ...(seen.action ? [] : [why.lacks.action(action)]),
    ...(seen.resource ? [] : [why.lacks.resource]),
    ...seen.conditions.map(({ operator, key, values, found }) =>
      why.lacks.condition(operator, key, values, found ? found.join(", ") : why.lacks.absent),
    ),
  ];
  return lacks.join("; ") || why.matches;
}
