import { ListImageReferrersCommand, type ImageReferrer } from "@aws-sdk/client-ecr";
import type { TableProps } from "@cloudscape-design/components/table";
import { useCallback } from "react";
import { ErrorBox } from "../../../parts/ErrorBox";
import { GoLink } from "../../../parts/GoLink";
import { useLoad } from "../../../parts/useLoad";
import { ecr as client } from "../../../session/sdk";
import { PageLoading } from "../../../shell/PageLoading";
import { ecr } from "../../../strings/ecr";
import { imagePath } from "../paths";
import { ShortTable } from "./ShortTable";
import { shortDigest } from "./digest";
import { sizeTold } from "./told";

const MOST = 1000; // of what refers to one image

export function Referrers({ name, digest }: { name: string; digest: string }) {
  const { value, error, again } = useLoad(useCallback(() => referrersOf(name, digest), [name, digest]));
  const words = ecr.image;
  if (error !== undefined) return <ErrorBox error={error} again={again} />;
  if (!value) return <PageLoading />;
  return (
    <ShortTable
      title={words.referrers}
      description={words.referrersHint}
      items={value}
      columns={columnsOf(name)}
      empty={{ title: words.noReferrers, hint: words.noReferrersHint }}
    />
  );
}

async function referrersOf(repositoryName: string, imageDigest: string): Promise<ImageReferrer[]> {
  const found: ImageReferrer[] = [];
  let nextToken: string | undefined;
  do {
    const asked = { repositoryName, subjectId: { imageDigest }, ...(nextToken && { nextToken }) };
    const page = await client().send(new ListImageReferrersCommand(asked));
    found.push(...(page.referrers ?? []));
    nextToken = page.nextToken;
  } while (nextToken && found.length < MOST);
  return found;
}

function columnsOf(name: string): TableProps.ColumnDefinition<ImageReferrer>[] {
  return [
    {
      id: "digest",
      header: ecr.images.digest,
      cell: ({ digest = "" }) => <GoLink to={imagePath(name, digest)}>{shortDigest(digest)}</GoLink>,
      isRowHeader: true,
    },
    { id: "artifact", header: ecr.image.artifactType, cell: ({ artifactType }) => artifactType ?? ecr.image.unset },
    { id: "media", header: ecr.image.mediaType, cell: ({ mediaType }) => mediaType },
    { id: "size", header: ecr.images.size, cell: ({ size = 0 }) => sizeTold(size) },
  ];
}
