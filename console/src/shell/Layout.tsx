import AppLayoutToolbar from "@cloudscape-design/components/app-layout-toolbar";
import { lazy, Suspense, useEffect } from "react";
import { Outlet, useLocation } from "react-router";
import { Flashes } from "../parts/Flashes";
import { PageBoundary } from "../parts/PageFailed";
import { useSession } from "../session/session";
import { product, shell } from "../strings/shell";
import { Breadcrumbs } from "./Breadcrumbs";
import { locate, titleOf } from "./crumbs";
import { InRegion } from "./InRegion";
import { LeaveGuard } from "./LeaveGuard";
import { PageLoading } from "./PageLoading";
import { SideBar } from "./SideBar";
import { TopBar } from "./TopBar";
import "./shell.css";

const SignIn = lazy(() => import("../pages/sign-in/SignIn"));

/** Sign-in stands in the page's place and leaves the address alone, so that a deep link survives it. */
export function Layout({ code }: { code: string | undefined }) {
  const { session, ending } = useSession();
  const { pathname } = useLocation();
  useTitle(session ? pathname : undefined);
  if (!session) {
    return (
      <Suspense fallback={<PageLoading />}>
        <SignIn code={code} ending={ending} />
      </Suspense>
    );
  }
  return (
    <>
      <LeaveGuard />
      <div id="top-bar">
        <TopBar session={session} />
      </div>
      <AppLayoutToolbar
        headerSelector="#top-bar"
        navigation={<SideBar />}
        breadcrumbs={<Breadcrumbs />}
        notifications={<Flashes />}
        content={
          // Another page, another caller or another region starts anew: nothing that one was shown is left for the next.
          <PageBoundary key={`${session.accessKeyId} ${session.region} ${pathname}`}>
            <InRegion session={session} isRegional={locate(pathname)?.page.isRegional ?? false}>
              <Suspense fallback={<PageLoading />}>
                <Outlet />
              </Suspense>
            </InRegion>
          </PageBoundary>
        }
        toolsHide
        ariaLabels={{
          navigation: shell.mainNavigation,
          navigationClose: shell.closeNavigation,
          navigationToggle: shell.openNavigation,
          notifications: shell.notifications,
        }}
      />
    </>
  );
}

function useTitle(pathname: string | undefined): void {
  useEffect(() => {
    const located = pathname === undefined ? undefined : locate(pathname);
    document.title = located ? `${titleOf(located)} | ${product}` : product;
  }, [pathname]);
}
