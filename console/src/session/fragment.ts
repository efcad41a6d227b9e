/** What a link to the console may carry behind `#`: a one-time code, or a refusal as AWS's sentences point to it. */

const DETAILS = /^#\/authorization-details\/([a-z0-9]{25})$/;

export interface Fragment {
  code?: string;
  /** Where the console should go instead, below /console. */
  path?: string;
}

export function read(hash: string): Fragment {
  const refusal = DETAILS.exec(hash)?.[1];
  if (refusal) return { path: `/access/why?id=${refusal}` };
  const code = new URLSearchParams(hash.slice(1)).get("code");
  return code ? { code } : {};
}

/** Reads the fragment and removes it from the address and the history: a code must not be kept there. */
export function taken(): Fragment {
  const fragment = read(location.hash);
  if (fragment.code !== undefined) history.replaceState(history.state, "", location.pathname + location.search);
  else if (fragment.path !== undefined) history.replaceState(history.state, "", `/console${fragment.path}`);
  return fragment;
}
