/** The images of a repository, page by page: a repository can hold more than a browser should be given at once. */

import { DescribeImagesCommand, ListImagesCommand, type ImageDetail, type TagStatus } from "@aws-sdk/client-ecr";
import { useCallback, useEffect, useMemo, useState } from "react";
import { failureOf } from "../../../api/failure";
import { ecr as client } from "../../../session/sdk";
import { newestFirst, union } from "./union";

const PAGE = 1000; // the most that ECR gives at once

interface Page {
  images: ImageDetail[];
  next: string | undefined;
  /** Why only tags and digests are known: listing is allowed, describing is not. */
  refused?: unknown;
}

interface Held extends Page {
  of: unknown;
  error?: unknown;
  loading: boolean;
}

export type Status = TagStatus;

export function useImages(name: string, status: Status) {
  const [attempt, setAttempt] = useState(0);
  const [held, setHeld] = useState<Held>({ of: "", images: [], next: undefined, loading: true });
  const of = `${name} ${status} ${attempt}`;
  const fresh = held.of === of;

  useEffect(() => {
    let wanted = true;
    pageOf(name, status).then(
      (page) => wanted && setHeld({ of, ...page, loading: false }),
      (error: unknown) => wanted && setHeld({ of, images: [], next: undefined, error, loading: false }),
    );
    return () => {
      wanted = false;
    };
  }, [name, status, of]);

  /** Appends the next page, or with `all` every page there still is, showing each as it comes. */
  const more = useCallback(
    async (all: boolean) => {
      let at: Held = held;
      try {
        do {
          setHeld({ ...at, loading: true });
          const page = await pageOf(name, status, at.next);
          at = { ...at, images: union(at.images, page.images), next: page.next };
          const reached = at;
          setHeld((now) => (now.of === reached.of ? { ...reached, loading: false } : now));
        } while (all && at.next);
      } catch (error) {
        setHeld((now) => (now.of === at.of ? { ...at, error, loading: false } : now));
      }
    },
    [held, name, status],
  );

  /** Fetches the image that a whole tag or digest names, if there is one. */
  const find = useCallback(
    async (text: string) => {
      const found = await named(name, text);
      setHeld((now) => (now.of === of ? { ...now, images: union(now.images, found) } : now));
    },
    [name, of],
  );

  const images = useMemo(() => newestFirst(held.images), [held.images]);
  return {
    loaded: {
      value: fresh && (held.error === undefined || images.length > 0) ? images : undefined,
      error: fresh ? held.error : undefined,
      loading: !fresh || held.loading,
      again: useCallback(() => setAttempt((before) => before + 1), []),
    },
    hasMore: fresh && held.next !== undefined,
    refused: fresh ? held.refused : undefined,
    more,
    find,
  };
}

async function pageOf(repositoryName: string, tagStatus: Status, next?: string): Promise<Page> {
  const asked = { repositoryName, filter: { tagStatus }, maxResults: PAGE, ...(next && { nextToken: next }) };
  try {
    const { imageDetails = [], nextToken } = await client().send(new DescribeImagesCommand(asked));
    return { images: imageDetails, next: nextToken };
  } catch (refused) {
    if (failureOf(refused).code !== "AccessDeniedException") throw refused;
    const { imageIds = [], nextToken } = await client()
      .send(new ListImagesCommand(asked))
      .catch(() => Promise.reject(refused as Error)); // who may do neither is told of the first
    const lines = imageIds.map(({ imageDigest, imageTag }) => ({
      ...(imageDigest && { imageDigest }),
      ...(imageTag && { imageTags: [imageTag] }),
    }));
    return { images: union([], lines), next: nextToken, refused };
  }
}

async function named(repositoryName: string, text: string): Promise<ImageDetail[]> {
  const imageId = text.startsWith("sha256:") ? { imageDigest: text } : { imageTag: text };
  const found = client().send(new DescribeImagesCommand({ repositoryName, imageIds: [imageId] }));
  // A text that names no image is a filter and nothing more.
  return found.then(({ imageDetails = [] }) => imageDetails).catch(() => []);
}
