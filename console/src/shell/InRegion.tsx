import { useLayoutEffect, type ReactNode } from "react";
import { useSearchParams } from "react-router";
import { chooseRegion, type Session } from "../session/session";
import { PageLoading } from "./PageLoading";
import { regionIn, withRegion } from "./region";

interface InRegionProps {
  session: Session;
  /** Whether the page shows what is in one region. */
  isRegional: boolean;
  children: ReactNode;
}

/** Such a page has its region in the address, as in AWS's console: who follows a link sees the registry that was meant. */
export function InRegion({ session, isRegional, children }: InRegionProps) {
  const [search, setSearch] = useSearchParams();
  const asked = isRegional ? regionIn(search, session.home) : undefined;
  const isElsewhere = asked !== undefined && asked !== session.region;
  const isUnsaid = isRegional && asked === undefined;
  useLayoutEffect(() => {
    if (isElsewhere) chooseRegion(asked);
    else if (isUnsaid) setSearch((before) => withRegion(before, session.region), { replace: true });
  }, [asked, isElsewhere, isUnsaid, session.region, setSearch]);
  return isElsewhere ? <PageLoading /> : children;
}
