/** One change behind one button: whether it runs, and why it failed. */

import { useState } from "react";

export function useAct() {
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<unknown>();
  /** Resolves to whether it succeeded. */
  const act = async (change: () => Promise<unknown>): Promise<boolean> => {
    setRunning(true);
    setError(undefined);
    try {
      await change();
      return true;
    } catch (caught) {
      setError(caught);
      return false;
    } finally {
      setRunning(false);
    }
  };
  return { running, error, act, forget: () => setError(undefined) };
}
