import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import { useCallback, useState } from "react";
import { steps as words } from "../strings/shell";
import { ErrorBox } from "./ErrorBox";
import { begun, carryOn, takeBack, type Progress, type Step, type StepState } from "./steps";

const LOOKS: Record<StepState, StatusIndicatorProps.Type> = {
  waiting: "pending",
  running: "in-progress",
  done: "success",
  failed: "error",
  undone: "stopped",
};

/** The state behind `StepsProgress`: `start(steps)` resolves to true when every step is done. */
export function useSteps() {
  const [steps, setSteps] = useState<readonly Step[]>([]);
  const [progress, setProgress] = useState<Progress>({ states: [] });
  const start = useCallback(async (wanted: readonly Step[]) => {
    setSteps(wanted);
    return isWhole(await carryOn(wanted, begun(wanted), setProgress));
  }, []);
  const resume = async () => isWhole(await carryOn(steps, progress, setProgress));
  const undo = () => takeBack(steps, progress, setProgress);
  const clear = () => setSteps([]);
  return { steps, progress, start, resume, undo, clear };
}

function isWhole(progress: Progress): boolean {
  return progress.states.every((state) => state === "done");
}

interface StepsProgressProps {
  running: ReturnType<typeof useSteps>;
  /** Called when a resumed run has come to its end. */
  onDone: () => void;
}

/** Each step with its state; after a failure its error, Resume and Undo. */
export function StepsProgress({ running, onDone }: StepsProgressProps) {
  const { steps, progress, resume, undo } = running;
  if (steps.length === 0) return null;
  const busy = progress.states.includes("running");
  return (
    <Container header={<Header variant="h2">{words.title}</Header>}>
      <SpaceBetween size="m">
        <ol aria-live="polite">
          {steps.map((step, index) => {
            const state = progress.states[index] ?? "waiting";
            return (
              <li key={step.title}>
                {step.title} <StatusIndicator type={LOOKS[state]}>{words[state]}</StatusIndicator>
              </li>
            );
          })}
        </ol>
        {progress.error !== undefined && !busy && (
          <SpaceBetween size="s">
            <ErrorBox error={progress.error} />
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="primary" onClick={() => void resume().then((whole) => whole && onDone())}>
                {words.resume}
              </Button>
              <Button onClick={() => void undo()}>{words.undo}</Button>
            </SpaceBetween>
          </SpaceBetween>
        )}
      </SpaceBetween>
    </Container>
  );
}
