/** The catalogue, asked of the server service by service. */

import { ask } from "../../../../api/ask";
import type { Service } from "./catalogue";

const loaded = new Map<string, Promise<Service>>();

export async function serviceNames(): Promise<string[]> {
  return (await ask<{ services: string[] }>("GET", "/api/services")).services;
}

/** Of one service; asked once, and again after a failure. */
export function loadService(prefix: string): Promise<Service> {
  const known = loaded.get(prefix);
  if (known) return known;
  const asking = ask<Service>("GET", `/api/services/${encodeURIComponent(prefix)}`);
  loaded.set(prefix, asking);
  asking.catch(() => loaded.delete(prefix));
  return asking;
}
