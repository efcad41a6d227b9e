import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import { checks, effects, verdicts, why } from "../../strings/access";
import "./access.css";
import { Allowing, Deny, NearestMiss } from "./Deciding";
import { LookedAt } from "./LookedAt";
import { SmallestChange } from "./SmallestChange";
import type { CheckEffect, Decision } from "./types";

/** All that is known of one decision. */
export function Explanation({ decision }: { decision: Decision }) {
  const { narrowing, verdict, change } = decision;
  return (
    <SpaceBetween size="l">
      <TheRequest decision={decision} />
      {decision.checks.length > 0 && <Order decision={decision} />}
      {narrowing ? (
        <Deny decision={decision} narrowing={narrowing} />
      ) : verdict === "Allowed" ? (
        <Allowing decision={decision} />
      ) : (
        <NearestMiss decision={decision} />
      )}
      {verdict === "ImplicitlyDenied" &&
        (change ? (
          <SmallestChange decision={decision} change={change} />
        ) : (
          <Container header={<Header variant="h2">{why.change}</Header>}>{why.noChange}</Container>
        ))}
      <LookedAt decision={decision} />
    </SpaceBetween>
  );
}

function TheRequest({ decision }: { decision: Decision }) {
  const { principal, action, resource, at, id, verdict, sentence } = decision;
  const code = (text: string) => (
    <Box variant="code">
      <span className="breaks">{text}</span>
    </Box>
  );
  return (
    <Container header={<Header variant="h2">{why.request}</Header>}>
      <SpaceBetween size="m">
        <KeyValuePairs
          columns={2}
          minColumnWidth={260}
          items={[
            { label: why.principal, value: code(principal) },
            { label: why.action, value: code(action) },
            { label: why.resource, value: code(resource) },
            {
              label: why.verdict,
              value: (
                <StatusIndicator type={verdict === "Allowed" ? "success" : "error"}>
                  <span className="sentence">{verdicts[verdict]}</span>
                </StatusIndicator>
              ),
            },
            { label: why.at, value: new Date(at).toLocaleString() },
            { label: why.id, value: code(id) },
          ]}
        />
        {sentence && (
          <div>
            <Box variant="awsui-key-label">{why.said}</Box>
            <span className="breaks">{sentence}</span>
          </div>
        )}
      </SpaceBetween>
    </Container>
  );
}

const LOOKS: Record<CheckEffect, StatusIndicatorProps.Type> = {
  ALLOW: "success",
  NO_IMPACT: "stopped",
  IMPLICIT_DENY: "error",
  EXPLICIT_DENY: "error",
};

function Order({ decision }: { decision: Decision }) {
  const isRefused = decision.verdict !== "Allowed";
  return (
    <Container header={<Header variant="h2">{why.order}</Header>}>
      <ol className="checks">
        {decision.checks.map(({ type, level, effect }) => {
          const decided = isRefused && type === decision.decidedBy;
          return (
            <li key={`${type} ${level}`} className={decided ? "check check-decided" : "check"}>
              <Box fontWeight="bold">{level ? `${checks[type]} (${level})` : checks[type]}</Box>
              <StatusIndicator type={LOOKS[effect]}>{effects[effect]}</StatusIndicator>
              {decided && (
                <Box variant="small" display="block">
                  {why.decided}
                </Box>
              )}
            </li>
          );
        })}
      </ol>
    </Container>
  );
}
