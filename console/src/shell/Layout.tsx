import AppLayout from "@cloudscape-design/components/app-layout";
import { lazy, Suspense, useEffect } from "react";
import { Outlet, useLocation } from "react-router";
import { Flashes } from "../parts/Flashes";
import { useSession } from "../session/session";
import { product, shell } from "../strings/shell";
import { Breadcrumbs } from "./Breadcrumbs";
import { locate, titleOf } from "./crumbs";
import { SideBar } from "./SideBar";
import { TopBar } from "./TopBar";
import "./shell.css";
import { PageLoading } from "./PageLoading";

const SignIn = lazy(() => import("../pages/sign-in/SignIn"));

/** Sign-in stands in the page's place and leaves the address alone, so that a deep link survives it. */
export function Layout({ code }: { code: string | undefined }) {
  const { session, ending } = useSession();
  useTitle(session !== undefined);
  if (!session) {
    return (
      <Suspense fallback={<PageLoading />}>
        <SignIn code={code} ending={ending} />
      </Suspense>
    );
  }
  return (
    <>
      <div id="top-bar">
        <TopBar session={session} />
      </div>
      <AppLayout
        headerSelector="#top-bar"
        navigation={<SideBar />}
        breadcrumbs={<Breadcrumbs />}
        notifications={<Flashes />}
        content={<Outlet key={session.accessKeyId} />}
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

function useTitle(signedIn: boolean): void {
  const { pathname } = useLocation();
  useEffect(() => {
    const located = signedIn ? locate(pathname) : undefined;
    document.title = located ? `${titleOf(located)} | ${product}` : product;
  }, [pathname, signedIn]);
}
