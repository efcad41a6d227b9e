import { lazy, Suspense, useEffect } from "react";
import { useBlocker, type Location } from "react-router";
import { answered, isUnsaved, useLeaving } from "../parts/unsaved";
import { isOtherRegion } from "./region";

const LeaveDialog = lazy(() => import("./LeaveDialog"));

/** Asks before what was entered and not saved is lost: by a link, the Back button, another region, or closing the tab. */
export function LeaveGuard() {
  const blocker = useBlocker(({ currentLocation, nextLocation }) => isUnsaved() && isElsewhere(currentLocation, nextLocation));
  const waiting = useLeaving();
  useEffect(() => {
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, []);
  if (blocker.state !== "blocked" && !waiting) return null;

  function stay(): void {
    blocker.reset?.();
    answered();
  }

  function leave(): void {
    blocker.proceed?.();
    waiting?.();
    answered();
  }

  return (
    <Suspense>
      <LeaveDialog onStay={stay} onLeave={leave} />
    </Suspense>
  );
}

/** A tab or a region is as good as a page: what another one held is gone. What else an address says is how a list is seen. */
function isElsewhere(here: Location, there: Location): boolean {
  if (here.pathname !== there.pathname) return true;
  const [before, after] = [new URLSearchParams(here.search), new URLSearchParams(there.search)];
  return before.get("tab") !== after.get("tab") || isOtherRegion(before, after);
}

function ask(event: BeforeUnloadEvent): void {
  if (isUnsaved()) event.preventDefault();
}
