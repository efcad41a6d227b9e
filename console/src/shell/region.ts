/** The region in a page's address. */

const NAME = "region";
const CODE = /^[a-z]{2,}(-[a-z]+)+-[0-9]{1,2}$/;

/** What the address says, if it can be a region; `home` may be called anything. */
export function regionIn(search: URLSearchParams, home: string): string | undefined {
  const code = search.get(NAME) ?? "";
  return CODE.test(code) || code === home ? code : undefined;
}

/** The address with this region, and all else that it says. */
export function withRegion(before: URLSearchParams, region: string): URLSearchParams {
  const next = new URLSearchParams(before);
  next.set(NAME, region);
  return next;
}

/** Whether two addresses say different regions; one that says none is of the region that is seen. */
export function isOtherRegion(one: URLSearchParams, other: URLSearchParams): boolean {
  return one.has(NAME) && other.has(NAME) && one.get(NAME) !== other.get(NAME);
}
