/** A name as one part of an address, where a form has an address beside it: `create` is a name as good as any. */

const FORMS = new Set(["create"]);

/** A name of IAM never begins with `~`. */
export function partOf(name: string): string {
  return FORMS.has(name) ? `~${name}` : encodeURIComponent(name);
}

export function nameIn(part: string): string {
  return part.replace(/^~/, "");
}
