/** The browser's history, which asks before what was entered and not saved is lost. */

import { UNSAFE_createBrowserHistory as createBrowserHistory } from "react-router";
import { isUnsaved, leaving } from "../parts/unsaved";

type History = ReturnType<typeof createBrowserHistory>;
type Place = Pick<URL, "pathname" | "search">;

/** react-router's own way to ask needs its data router: 12 kB more at every start, which the budget of the entry hasn't. */
export function askingHistory(): History {
  const history = createBrowserHistory({ window, v5Compat: true });
  let here: Place = { ...history.location };
  let isUndoing = false;

  function moved(wanted: Place, move: () => void): void {
    const go = (): void => {
      here = wanted;
      move();
    };
    if (isElsewhere(here, wanted)) leaving(go);
    else go();
  }

  return {
    ...history,
    // What the spread would have read once.
    get action() {
      return history.action;
    },
    get location() {
      return history.location;
    },
    push: (to, state) => moved(history.createURL(to), () => history.push(to, state)),
    replace: (to, state) => moved(history.createURL(to), () => history.replace(to, state)),
    listen: (listener) =>
      history.listen((update) => {
        const { location: wanted, delta } = update;
        if (isUndoing) {
          isUndoing = false;
        } else if (delta !== null && isUnsaved() && isElsewhere(here, wanted)) {
          // The browser has gone there already.
          isUndoing = true;
          history.go(-delta);
          leaving(() => {
            here = wanted;
            history.go(delta);
          });
        } else {
          here = { ...wanted };
          listener(update);
        }
      }),
  };
}

/** A tab is as good as a page: what another one held is gone. What else an address says is how a list is seen. */
function isElsewhere(here: Place, there: Place): boolean {
  const tab = ({ search }: Place) => new URLSearchParams(search).get("tab");
  return here.pathname !== there.pathname || tab(here) !== tab(there);
}
