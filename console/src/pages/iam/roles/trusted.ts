/** Whom a trust policy names, for a table's cell. */

interface Document {
  Statement?: Statement | Statement[];
}

interface Statement {
  Principal?: string | Record<string, string | string[]>;
}

/** `encoded`: the trust policy as IAM answers it, URL-encoded JSON. */
export function trustedBy(encoded = ""): string {
  let document: Document;
  try {
    document = JSON.parse(decodeURIComponent(encoded)) as Document;
  } catch {
    return "";
  }
  const statements = [document.Statement ?? []].flat();
  const named = statements.flatMap(({ Principal: principal = {} }) =>
    typeof principal === "string" ? [principal] : Object.values(principal).flat(),
  );
  return [...new Set(named)].join(", ");
}
