import { lazy, Suspense, useEffect } from "react";
import { answered, isUnsaved, useLeaving } from "../parts/unsaved";

const LeaveQuestion = lazy(() => import("./LeaveQuestion"));

/** Asks before what was entered and not saved is lost: by a link, the Back button, another region, or closing the tab. */
export function LeaveGuard() {
  const leave = useLeaving();
  useEffect(() => {
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, []);
  if (!leave) return null;
  return (
    <Suspense fallback={null}>
      <LeaveQuestion
        stay={answered}
        leave={() => {
          answered();
          leave();
        }}
      />
    </Suspense>
  );
}

function ask(event: BeforeUnloadEvent): void {
  if (isUnsaved()) event.preventDefault();
}
