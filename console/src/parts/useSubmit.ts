import { useState } from "react";

/** One attempt at a time: whether it runs, and how the last one failed. */
export function useSubmit(act: () => Promise<void>) {
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<unknown>();

  async function submit(): Promise<void> {
    if (running) return;
    setRunning(true);
    setError(undefined);
    try {
      await act();
    } catch (caught) {
      setError(caught);
    } finally {
      setRunning(false);
    }
  }

  return { running, error, submit };
}
