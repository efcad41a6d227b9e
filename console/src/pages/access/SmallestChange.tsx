import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { apply as words, checks, why } from "../../strings/access";
import { Apply } from "./Apply";
import { asking, documentOf, targetOf } from "./change";
import { Diff } from "./Lines";
import type { Allows, Change, Decision, Statement } from "./types";

type Choice = "edit" | "new";

/** What would allow it, what else that allows, and the button that does it. */
export function SmallestChange({ decision, change }: { decision: Decision; change: Change }) {
  const [choice, setChoice] = useState<Choice>("edit");
  const owner = asking(decision);
  const { missing } = decision;
  const given = targetOf(decision, change);
  const alone = change.type === "PRINCIPAL" && given.kind !== "new" && owner && missing ? { owner, missing } : undefined;
  const isNew = choice === "new" && alone !== undefined;
  const target = isNew ? ({ kind: "new", owner: alone.owner } as const) : given;
  const chosen = isNew ? ownChange(change, alone.missing) : change;
  const isOfAws = given.kind === "new" && decision.nearest?.policy.includes(":iam::aws:policy/");
  return (
    <Container header={<Header variant="h2">{why.change}</Header>}>
      <SpaceBetween size="m">
        {isOfAws && <Box variant="p">{words.awsManaged}</Box>}
        {alone && (
          <RadioGroup
            ariaLabel={why.change}
            value={choice}
            onChange={({ detail }) => setChoice(detail.value as Choice)}
            items={[
              {
                value: "edit",
                label: <span className="breaks">{words.edit(change.policy)}</span>,
                description: change.allows.shared ? words.editShared : words.editOwn,
              },
              { value: "new", label: words.makeNew(alone.owner.name), description: words.makeNewHint },
            ]}
          />
        )}
        <Diff diff={chosen.diff} label={why.diff} />
        <div>
          <Box variant="awsui-key-label">{why.alsoAllows}</Box>
          <ul className="plain-list breaks">
            {allowed(chosen.allows, decision.resource).map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </div>
        {change.stillLacking.length > 0 && (
          <Box variant="p">{why.stillLacking(change.stillLacking.map((type) => checks[type]))}</Box>
        )}
        <Apply key={choice} decision={decision} change={chosen} target={target} />
      </SpaceBetween>
    </Container>
  );
}

function ownChange(change: Change, missing: Statement): Change {
  const words = (name: string) => [missing[name] ?? []].flat() as string[];
  const allows = { actions: words("Action"), resources: words("Resource"), allBut: false, conditions: [], principals: [] };
  return {
    ...change,
    policy: "",
    element: "Statement",
    statement: missing,
    splice: null,
    diff: documentOf(missing).split("\n").map((line) => `+${line}`),
    allows: { ...allows, shared: false },
  };
}

function allowed(allows: Allows, resource: string): string[] {
  const isWide = allows.resources !== null && (allows.allBut || allows.resources.join() !== resource);
  if (!isWide && allows.actions.length === 1 && !allows.shared) return [why.onlyThis];
  return [
    allows.actions.join(", ") || why.everyAction,
    ...(allows.resources ? [why.on(allows.resources, allows.allBut)] : []),
    ...(allows.principals.length > 0 ? [why.to(allows.principals)] : []),
    ...allows.conditions.map(({ operator, key, values }) => why.condition(operator, key, values)),
    ...(allows.shared ? [why.shared] : []),
  ];
}
