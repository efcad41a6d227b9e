/** The catalogue, asked of the server service by service. */

import { ask } from "../../../../api/ask";
import type { Service } from "./catalogue";

const loaded = new Map<string, Promise<Service>>();

export async function serviceNames(): Promise<string[]> {
  return (await ask<{ services: string[] }>("GET", "/api/services")).services;
}

/** Asked once, and again after a failure. */
function loadService(prefix: string): Promise<Service> {
  const known = loaded.get(prefix);
  if (known) return known;
  const asking = ask<Service>("GET", `/api/services/${encodeURIComponent(prefix)}`);
  loaded.set(prefix, asking);
  asking.catch(() => loaded.delete(prefix));
  return asking;
}

/** By prefix; one that no service has is left out: its actions are taken to have resources. */
export async function knownServices(prefixes: readonly string[]): Promise<Map<string, Service>> {
  const found = await Promise.all(prefixes.map((prefix) => loadService(prefix).catch(absent)));
  return new Map(found.flatMap((service) => (service ? [[service.service, service] as const] : [])));
}

function absent(error: unknown): undefined {
  if (error instanceof Error && "status" in error && error.status === 404) return undefined;
  throw error;
}
