/** Something that takes several calls and isn't atomic: run step by step, go on after a failure, or take it back. */

export interface Step {
  title: string;
  run: () => Promise<unknown>;
  /** Takes back what `run` did; a step without it has nothing to take back. */
  undo?: () => Promise<unknown>;
  /** Nothing can take it back: it stays done. */
  lasting?: boolean;
}

export type StepState = "waiting" | "running" | "done" | "failed" | "undone";

export interface Progress {
  states: readonly StepState[];
  /** Why the last step that was tried did not succeed. */
  error?: unknown;
}

type Tell = (progress: Progress) => void;

export function begun(steps: readonly Step[]): Progress {
  return { states: steps.map(() => "waiting") };
}

/** Runs every step that isn't done, in order, until one fails; tells each change. */
export function carryOn(steps: readonly Step[], from: Progress, tell: Tell): Promise<Progress> {
  const wanted = [...steps.keys()].filter((index) => from.states[index] !== "done");
  return walked(wanted, from, tell, "done", (index) => steps[index]?.run());
}

/** Takes back every step that is done and can be, the last one first, until that fails; tells each change. */
export function takeBack(steps: readonly Step[], from: Progress, tell: Tell): Promise<Progress> {
  const done = [...steps.keys()].filter((index) => from.states[index] === "done" && !steps[index]?.lasting);
  return walked(done.reverse(), from, tell, "undone", (index) => steps[index]?.undo?.());
}

async function walked(
  order: readonly number[],
  from: Progress,
  tell: Tell,
  good: StepState,
  act: (index: number) => Promise<unknown> | undefined,
): Promise<Progress> {
  let progress: Progress = { states: from.states };
  for (const index of order) {
    const before = progress.states[index] ?? "waiting";
    tell((progress = put(progress, index, "running")));
    try {
      await act(index);
    } catch (error) {
      // What could not be taken back is still done.
      progress = { ...put(progress, index, good === "undone" ? before : "failed"), error };
      tell(progress);
      return progress;
    }
    tell((progress = put(progress, index, good)));
  }
  return progress;
}

function put(progress: Progress, index: number, state: StepState): Progress {
  return { states: progress.states.with(index, state) };
}
