import I18nProvider from "@cloudscape-design/components/i18n";
import messages from "@cloudscape-design/components/i18n/messages/all.en";
import { lazy, StrictMode, useState } from "react";
import { Route, Routes, unstable_HistoryRouter as HistoryRouter } from "react-router";
import { BASE } from "../parts/go";
import { NotFound } from "../parts/PageFailed";
import { AREAS } from "./areas";
import { askingHistory } from "./history";
import { Layout } from "./Layout";

const ROUTES = AREAS.flatMap((area) => area.pages).map(({ path, load }) => ({ path, Shown: lazy(load) }));

/** The whole console: the router, with a lazily loaded chunk for each page. */
export function Console({ code }: { code: string | undefined }) {
  const [history] = useState(askingHistory);
  return (
    <StrictMode>
      <I18nProvider locale="en" messages={[messages]}>
        <HistoryRouter history={history} basename={BASE}>
          <Routes>
            <Route element={<Layout code={code} />}>
              {ROUTES.map(({ path, Shown }) => (
                <Route key={path} path={path} element={<Shown />} />
              ))}
              <Route path="*" element={<NotFound />} />
            </Route>
          </Routes>
        </HistoryRouter>
      </I18nProvider>
    </StrictMode>
  );
}
