import { BatchGetImageCommand } from "@aws-sdk/client-ecr";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { TableProps } from "@cloudscape-design/components/table";
import { useCallback } from "react";
import { CopyText } from "../../../parts/CopyText";
import { ErrorBox } from "../../../parts/ErrorBox";
import { GoLink } from "../../../parts/GoLink";
import { useLoad } from "../../../parts/useLoad";
import { ecr as client } from "../../../session/sdk";
import { PageLoading } from "../../../shell/PageLoading";
import { ecr } from "../../../strings/ecr";
import { imagePath } from "../paths";
import { Config } from "./Config";
import { Json, Pairs } from "./Json";
import { readManifest, type Descriptor, type Manifest } from "./manifest";
import { ShortTable } from "./ShortTable";
import { shortDigest } from "./digest";
import { kindOf, sizeTold } from "./told";

/** What the manifest says: platforms of an index, layers and configuration of an image, and its text. */
export function ManifestSections({ name, digest }: { name: string; digest: string }) {
  const { value: manifest, error, again } = useLoad(useCallback(() => manifestOf(name, digest), [name, digest]));
  const words = ecr.image;
  if (error !== undefined) return <ErrorBox error={error} again={again} />;
  if (!manifest) return <PageLoading />;
  return (
    <SpaceBetween size="l">
      {manifest.isIndex ? (
        <ShortTable
          title={words.platforms}
          description={words.platformsHint}
          items={manifest.manifests}
          columns={platformColumns(name)}
          empty={{ title: words.noPlatforms, hint: words.noPlatformsHint }}
        />
      ) : (
        <ShortTable
          title={words.layers}
          items={manifest.layers}
          columns={LAYERS}
          empty={{ title: words.noLayers, hint: words.noLayersHint }}
        />
      )}
      {manifest.config && <Config name={name} config={manifest.config} />}
      {manifest.annotations.length > 0 && (
        <ExpandableSection variant="container" headerText={words.annotations} defaultExpanded>
          <Pairs pairs={manifest.annotations} />
        </ExpandableSection>
      )}
      <ExpandableSection
        variant="container"
        headerText={words.manifest}
        {...(manifest.artifactType && { headerDescription: `${words.artifactType}: ${manifest.artifactType}` })}
      >
        <Json text={manifest.text} label={words.manifest} />
      </ExpandableSection>
    </SpaceBetween>
  );
}

async function manifestOf(repositoryName: string, imageDigest: string): Promise<Manifest> {
  const asked = { repositoryName, imageIds: [{ imageDigest }] };
  const { images, failures } = await client().send(new BatchGetImageCommand(asked));
  const text = images?.[0]?.imageManifest;
  if (text === undefined) throw new Error(failures?.[0]?.failureReason ?? ecr.image.unreadable);
  try {
    return readManifest(text);
  } catch {
    throw new Error(ecr.image.unreadable);
  }
}

const DIGEST: TableProps.ColumnDefinition<Descriptor> = {
  id: "digest",
  header: ecr.images.digest,
  minWidth: 200,
  cell: ({ digest }) => <CopyText text={digest} display={shortDigest(digest)} label={ecr.images.copyDigest} />,
  isRowHeader: true,
};
const SIZE: TableProps.ColumnDefinition<Descriptor> = {
  id: "size",
  header: ecr.images.size,
  cell: ({ size }) => sizeTold(size),
};
const LAYERS: TableProps.ColumnDefinition<Descriptor>[] = [
  DIGEST,
  SIZE,
  { id: "type", header: ecr.image.mediaType, cell: ({ mediaType }) => mediaType },
];

function platformColumns(name: string): TableProps.ColumnDefinition<Descriptor>[] {
  return [
    {
      id: "platform",
      header: ecr.image.platform,
      cell: ({ platform, digest }) => (
        <GoLink to={imagePath(name, digest)}>{platform ?? ecr.image.unknownPlatform}</GoLink>
      ),
      isRowHeader: true,
    },
    { id: "type", header: ecr.images.type, cell: ({ mediaType, artifactType }) => kindOf(mediaType, artifactType) },
    { ...DIGEST, isRowHeader: false },
    SIZE,
  ];
}
