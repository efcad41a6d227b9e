import Button from "@cloudscape-design/components/button";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useGo } from "../../../parts/go";
import { StepsProgress, type useSteps } from "../../../parts/StepsProgress";
import { changes as words } from "../../../strings/principals";

interface RunningProps {
  title: string;
  running: ReturnType<typeof useSteps>;
  onDone: () => void;
  /** Where leaving leads. */
  to: string;
}

/** In the place of a form while its calls are made: back to it is possible as long as nothing stands. */
export function Running({ title, running, onDone, to }: RunningProps) {
  const { go } = useGo();
  const { states } = running.progress;
  const isStill = !states.includes("running");
  return (
    <ContentLayout header={<Header variant="h1">{title}</Header>}>
      <SpaceBetween size="l">
        <StepsProgress running={running} onDone={onDone} />
        {isStill && (
          <SpaceBetween direction="horizontal" size="xs">
            {!states.includes("done") && <Button onClick={running.clear}>{words.back}</Button>}
            <Button variant="link" onClick={() => go(to)}>
              {words.leave}
            </Button>
          </SpaceBetween>
        )}
      </SpaceBetween>
    </ContentLayout>
  );
}
