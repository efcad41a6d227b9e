import type { ImageDetail } from "@aws-sdk/client-ecr";

/** One entry for a digest, with the tags of all that are given for it. */
export function union(before: readonly ImageDetail[], after: readonly ImageDetail[]): ImageDetail[] {
  const found = new Map(before.map((image) => [image.imageDigest, image]));
  for (const image of after) {
    const tags = [...new Set([...(found.get(image.imageDigest)?.imageTags ?? []), ...(image.imageTags ?? [])])];
    found.set(image.imageDigest, { ...image, ...(tags.length > 0 && { imageTags: tags }) });
  }
  return [...found.values()];
}

/** As a reader looks for them; those of which the moment isn't known stay in their order. */
export function newestFirst(images: readonly ImageDetail[]): ImageDetail[] {
  return images.toSorted((one, other) => (other.imagePushedAt?.getTime() ?? 0) - (one.imagePushedAt?.getTime() ?? 0));
}
