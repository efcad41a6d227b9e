import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { checks, why } from "../../strings/access";
import { Lines } from "./Lines";
import { nearby, shownLines } from "./policyText";
import type { Decision, Denying, Reference } from "./types";

/** Beyond so many lines only the statement and what is around it is shown first. */
const SHORT = 40;

export function Deny({ decision, narrowing }: { decision: Decision; narrowing: NonNullable<Decision["narrowing"]> }) {
  return (
    <Container header={<Header variant="h2">{why.deny}</Header>}>
      <SpaceBetween size="m">
        <Alert type="warning">{why.denyHint}</Alert>
        {narrowing.denies.map((deny) => (
          <SpaceBetween key={`${deny.policy} ${deny.index}`} size="xs">
            <Statement decision={decision} at={deny} />
            <Box variant="awsui-key-label">{why.takesIn}</Box>
            <ul className="plain-list breaks">
              {takingIn(deny).map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          </SpaceBetween>
        ))}
        {narrowing.stillLacking.length > 0 && (
          <Box variant="p">{why.without(narrowing.stillLacking.map((type) => checks[type]))}</Box>
        )}
      </SpaceBetween>
    </Container>
  );
}

function takingIn(deny: Denying): string[] {
  return [
    deny.byNotAction ? why.notAction : why.actionOf(deny.actions),
    ...(deny.byNotResource ? [why.notResource] : deny.resources.length > 0 ? [why.resourceOf(deny.resources)] : []),
    ...deny.conditions.map(({ operator, key, values }) => why.condition(operator, key, values)),
  ];
}

export function NearestMiss({ decision }: { decision: Decision }) {
  const { nearest, statements } = decision;
  return (
    <Container header={<Header variant="h2">{why.nearest}</Header>}>
      {nearest ? (
        <SpaceBetween size="s">
          <Box variant="p">
            <span className="breaks">{why.nearestOf(nameOf(nearest), nearest.sentence)}</span>
          </Box>
          <Statement decision={decision} at={nearest} />
        </SpaceBetween>
      ) : statements.length > 0 ? (
        why.noNearest
      ) : (
        why.noPolicies
      )}
    </Container>
  );
}

export function Allowing({ decision }: { decision: Decision }) {
  if (decision.deciding.length === 0) return null;
  return (
    <Container header={<Header variant="h2">{why.allowing}</Header>}>
      <SpaceBetween size="m">
        {decision.deciding.map((at) => (
          <Statement key={`${at.policy} ${at.index}`} decision={decision} at={at} />
        ))}
      </SpaceBetween>
    </Container>
  );
}

export function nameOf(at: Reference): string {
  return at.sid ?? why.statement(at.index);
}

/** The policy as it was then, with the statement marked at its place. */
function Statement({ decision, at }: { decision: Decision; at: Reference }) {
  const [isWhole, setWhole] = useState(false);
  const seen = decision.statements.find((one) => one.policy === at.policy && one.index === at.index);
  const policy = decision.policies.find(({ uri, type }) => uri === at.policy && (!seen || type === seen.type));
  if (!policy || !seen) return <Box variant="code">{at.policy}</Box>;
  const lines = shownLines(policy.document, at.index, seen.span);
  const isLong = lines.length > SHORT;
  const shown = (isLong && !isWhole ? nearby(lines) : lines).map(({ number, text, marked }) => ({
    number,
    text,
    look: marked ? ("marked" as const) : undefined,
  }));
  return (
    <SpaceBetween size="xxs">
      <Box variant="code">
        <span className="breaks">{policy.inline ? `${policy.uri} ${why.of(policy.attachedTo)}` : policy.uri}</span>
      </Box>
      <Lines lines={shown} label={why.document(policy.uri)} />
      {isLong && (
        <Button variant="inline-link" onClick={() => setWhole(!isWhole)}>
          {isWhole ? why.part : why.whole}
        </Button>
      )}
    </SpaceBetween>
  );
}
