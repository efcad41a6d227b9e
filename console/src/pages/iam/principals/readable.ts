/** A document on one line is written over several, to be read and edited; what has lines stays as it is. */
export function readable(document: string): string {
  if (document.trim().includes("\n")) return document;
  try {
    return JSON.stringify(JSON.parse(document), null, 4);
  } catch {
    return document;
  }
}
