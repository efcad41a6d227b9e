/** The order in which images go that refer to each other. */

import type { ImageFailure } from "@aws-sdk/client-ecr";

const BATCH = 100; // digests in one call

interface Deleted {
  count: number;
  /** Why the others are still there. */
  failures: ImageFailure[];
}

type Call = (digests: string[]) => Promise<ImageFailure[]>;

/** Calls `call` with a hundred digests at most. An image that an index names can only be deleted after the index, which `digests` may hold too. */
export async function deletedInOrder(digests: readonly string[], call: Call): Promise<Deleted> {
  let waiting = digests;
  const failures: ImageFailure[] = [];
  for (;;) {
    const failed: ImageFailure[] = [];
    for (let at = 0; at < waiting.length; at += BATCH) failed.push(...(await call(waiting.slice(at, at + BATCH))));
    const again = failed.filter(({ failureCode }) => failureCode === "ImageReferencedByManifestList");
    failures.push(...failed.filter((failure) => !again.includes(failure)));
    if (again.length === 0 || again.length === waiting.length) {
      failures.push(...again);
      return { count: digests.length - failures.length, failures };
    }
    waiting = again.flatMap(({ imageId }) => imageId?.imageDigest ?? []);
  }
}
