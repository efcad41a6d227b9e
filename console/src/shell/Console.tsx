import I18nProvider from "@cloudscape-design/components/i18n";
import messages from "@cloudscape-design/components/i18n/messages/all.en";
import { lazy, StrictMode, useState } from "react";
import { createBrowserRouter, RouterProvider } from "react-router";
import { BASE } from "../parts/go";
import { NotFound } from "../parts/PageFailed";
import { AREAS } from "./areas";
import { Layout } from "./Layout";

const ROUTES = AREAS.flatMap((area) => area.pages).map(({ path, load }) => ({ path, Component: lazy(load) }));

/** The whole console: the router, with a lazily loaded chunk for each page. */
export function Console({ code }: { code: string | undefined }) {
  const [router] = useState(() =>
    createBrowserRouter(
      [{ element: <Layout code={code} />, children: [...ROUTES, { path: "*", Component: NotFound }] }],
      { basename: BASE },
    ),
  );
  return (
    <StrictMode>
      <I18nProvider locale="en" messages={[messages]}>
        <RouterProvider router={router} />
      </I18nProvider>
    </StrictMode>
  );
}
