import I18nProvider from "@cloudscape-design/components/i18n";
import messages from "@cloudscape-design/components/i18n/messages/all.en";
import { StrictMode } from "react";
import { createBrowserRouter, RouterProvider, type RouteObject } from "react-router";
import { NotFound, PageFailed } from "../parts/PageFailed";
import { AREAS } from "./areas";
import { Layout } from "./Layout";
import { PageLoading } from "./PageLoading";

/** The whole console: the router, with a lazily loaded chunk for each page. */
export function Console({ code }: { code: string | undefined }) {
  return (
    <StrictMode>
      <I18nProvider locale="en" messages={[messages]}>
        <RouterProvider router={routerFor(code)} />
      </I18nProvider>
    </StrictMode>
  );
}

let router: ReturnType<typeof createBrowserRouter> | undefined;

function routerFor(code: string | undefined) {
  router ??= createBrowserRouter(
    [{ path: "/", element: <Layout code={code} />, errorElement: <PageFailed />, children: routes() }],
    { basename: "/console" },
  );
  return router;
}

function routes(): RouteObject[] {
  const pages = AREAS.flatMap((area) => area.pages).map((page): RouteObject => ({
    path: page.path,
    lazy: async () => ({ Component: (await page.load()).default }),
    HydrateFallback: PageLoading,
    errorElement: <PageFailed />,
  }));
  return [...pages, { path: "*", Component: NotFound }];
}
