import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import { meaning as words } from "../../../strings/policies";
import { AbilityCard } from "../principals/AbilityCard";
import type { Draft } from "./useDraft";
import type { Verdict } from "./useVerdict";

/** Beside the editor: what the draft comes to, and a button for what it lacks. */
export function MeaningCard({ draft, verdict }: { draft: Draft; verdict: Verdict }) {
  const { lines, trouble, error } = verdict;
  if (draft.isEmpty || trouble !== undefined) {
    return (
      <Container header={<Header variant="h2">{words.title}</Header>}>
        <Box variant="p">{draft.isEmpty ? words.waiting : words.unreadable}</Box>
        {!draft.isEmpty && <Box variant="small">{trouble}</Box>}
      </Container>
    );
  }
  return (
    <AbilityCard
      title={words.title}
      hint={words.hint}
      loaded={{ value: lines, error, loading: !lines, again: () => undefined }}
      onAdd={({ add }) => void draft.add(add)}
    />
  );
}
