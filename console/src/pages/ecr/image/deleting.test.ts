import { expect, test } from "vitest";
import { deletedInOrder } from "./deleting";

/** A registry in which `by[digest]` names the index that must go first. */
function registry(by: Record<string, string>, kept: string[] = []) {
  const gone = new Set<string>();
  const calls: string[][] = [];
  const call = (digests: string[]) => {
    calls.push(digests);
    return Promise.resolve(
      digests.flatMap((imageDigest) => {
        const index = by[imageDigest];
        const failureCode = kept.includes(imageDigest)
          ? ("ImageNotFound" as const)
          : index && !gone.has(index)
            ? ("ImageReferencedByManifestList" as const)
            : undefined;
        if (!failureCode) gone.add(imageDigest);
        return failureCode ? [{ imageId: { imageDigest }, failureCode, failureReason: "because" }] : [];
      }),
    );
  };
  return { gone, calls, call };
}

test("images that stand before their index go after it", async () => {
  const { gone, call } = registry({ a: "index", b: "index", index: "outer" });
  expect(await deletedInOrder(["a", "b", "index", "outer"], call)).toEqual({ count: 4, failures: [] });
  expect(gone.size).toBe(4);
});

test("what an index that stays still names is told, once nothing moves any more", async () => {
  const { calls, call } = registry({ a: "elsewhere" });
  const { count, failures } = await deletedInOrder(["a", "b"], call);
  expect(count).toBe(1);
  expect(failures.map(({ imageId }) => imageId?.imageDigest)).toEqual(["a"]);
  expect(calls).toEqual([["a", "b"], ["a"]]);
});

test("another failure is not tried again", async () => {
  const { calls, call } = registry({}, ["a"]);
  expect(await deletedInOrder(["a", "b"], call)).toMatchObject({ count: 1, failures: [{ failureCode: "ImageNotFound" }] });
  expect(calls).toHaveLength(1);
});

test("a call has at most a hundred digests", async () => {
  const { calls, call } = registry({});
  await deletedInOrder(Array.from({ length: 250 }, (_, index) => String(index)), call);
  expect(calls.map((digests) => digests.length)).toEqual([100, 100, 50]);
});
