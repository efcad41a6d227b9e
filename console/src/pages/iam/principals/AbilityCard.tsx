import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { ReactNode } from "react";
import { ask } from "../../../api/ask";
import { ErrorBox } from "../../../parts/ErrorBox";
import type { Loaded } from "../../../parts/useLoad";
import { abilities as words } from "../../../strings/principals";
import { linesOf, saidBy, type Answer, type Line } from "./abilities";
import { managedDocument } from "./held";
import type { PolicyRef, Principal } from "./principal";

const VERBS = ["login", "pull", "push", "push-containerd", "list", "tag", "copy", "delete", "create"];

/** What somebody who exists can do with every repository. */
export function abilitiesOf({ kind, name }: Principal): Promise<Line[]> {
  return asked({ principal: `${kind}/${name}` });
}

/** What these policies together would allow; nothing is asked while there are none. */
export async function abilitiesWith(policies: readonly PolicyRef[], boundary?: PolicyRef): Promise<Line[]> {
  if (policies.length === 0) return [];
  const documents = await Promise.all(policies.map(({ arn }) => managedDocument(arn)));
  return asked({ policies: documents, ...(boundary && { boundary: await managedDocument(boundary.arn) }) });
}

async function asked(body: object): Promise<Line[]> {
  const wanted = { verbs: VERBS, repositories: ["*"], ...body };
  const { answers } = await ask<{ answers: Answer[] }>("POST", "/api/can", { body: wanted });
  return linesOf(answers.map(saidBy));
}

/** What one document alone would allow. */
export function abilitiesBy(document: string): Promise<Line[]> {
  return asked({ policies: [document] });
}

interface AbilityCardProps {
  title: string;
  hint?: string;
  loaded: Loaded<readonly Line[]>;
  /** Adds what a line lacks. */
  onAdd?: (line: Line) => void;
  footer?: ReactNode;
}

/** Rights in docker's words: yes, or no and what is missing. */
export function AbilityCard({ title, hint = words.hint, loaded, onAdd, footer }: AbilityCardProps) {
  const { value: lines, error, loading, again } = loaded;
  return (
    <Container
      header={
        <Header variant="h2" description={hint}>
          {title}
        </Header>
      }
      footer={footer}
    >
      {error !== undefined ? (
        <ErrorBox error={error} title={words.failed} again={again} />
      ) : !lines ? (
        loading && <StatusIndicator type="loading">{words.computing}</StatusIndicator>
      ) : lines.length === 0 ? (
        <Alert type="info">{words.nothing}</Alert>
      ) : (
        <KeyValuePairs
          columns={3}
          minColumnWidth={240}
          items={lines.map((line) => ({ label: line.verb, value: <Ability line={line} onAdd={onAdd} /> }))}
        />
      )}
    </Container>
  );
}

function Ability({ line, onAdd }: { line: Line; onAdd: AbilityCardProps["onAdd"] }) {
  const { verb, tone, said, because, add } = line;
  return (
    <>
      <StatusIndicator type={tone}>{said}</StatusIndicator>
      {because.map((reason) => (
        <Box key={reason} variant="small" display="block">
          {reason}
        </Box>
      ))}
      {onAdd && add.length > 0 && (
        <Button variant="inline-link" ariaLabel={words.addFor(verb)} onClick={() => onAdd(line)}>
          {words.add}
        </Button>
      )}
    </>
  );
}
