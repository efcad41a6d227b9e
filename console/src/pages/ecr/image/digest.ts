/** The beginning of a digest, enough to tell images apart by eye. */
export function shortDigest(digest: string): string {
  const [algorithm, hex = ""] = digest.split(":");
  return `${algorithm ?? ""}:${hex.slice(0, 12)}`;
}
