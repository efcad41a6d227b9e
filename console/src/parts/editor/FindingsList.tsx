import Alert from "@cloudscape-design/components/alert";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { Sentence } from "../Sentence";
import type { Problem } from "./problem";

/** What lint says of a document whose text doesn't stand beside it. */
export function FindingsList({ problems }: { problems: readonly Problem[] }) {
  return (
    <SpaceBetween size="xs">
      {problems.map(({ text, severity }) => (
        <Alert key={text} type={severity}>
          <Sentence text={text} />
        </Alert>
      ))}
    </SpaceBetween>
  );
}
