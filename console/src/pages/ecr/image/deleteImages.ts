import { BatchDeleteImageCommand } from "@aws-sdk/client-ecr";
import { ecr as client } from "../../../session/sdk";
import { deletedInOrder } from "./deleting";

/** Deletes images of a repository; resolves to how many, and why the others are still there. */
export function deleteImages(repositoryName: string, digests: readonly string[]) {
  return deletedInOrder(digests, async (batch) => {
    const imageIds = batch.map((imageDigest) => ({ imageDigest }));
    return (await client().send(new BatchDeleteImageCommand({ repositoryName, imageIds }))).failures ?? [];
  });
}
