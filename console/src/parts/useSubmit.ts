import { useEffect, useState } from "react";
import { ApiError } from "../api/failure";

/** One attempt at a time: whether it runs, how the last one failed, and for how many seconds there can't be another. */
export function useSubmit(act: () => Promise<void>) {
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<unknown>();
  const [wait, setWait] = useState(0);

  useEffect(() => {
    if (wait <= 0) return undefined;
    const timer = setTimeout(() => setWait(wait - 1), 1000);
    return () => clearTimeout(timer);
  }, [wait]);

  async function submit(): Promise<void> {
    if (running || wait > 0) return;
    setRunning(true);
    setError(undefined);
    try {
      await act();
    } catch (caught) {
      setError(caught);
      if (caught instanceof ApiError) setWait(caught.retryAfter ?? 0);
    } finally {
      setRunning(false);
    }
  }

  return { running, error, wait, submit };
}
