import type { ImageDetail } from "@aws-sdk/client-ecr";
import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { TableProps } from "@cloudscape-design/components/table";
import { CopyText } from "../../../parts/CopyText";
import { GoLink } from "../../../parts/GoLink";
import { ecr } from "../../../strings/ecr";
import { shortDigest } from "../image/digest";
import { kindOf, sizeTold } from "../image/told";
import { imagePath } from "../paths";

const MOST_TAGS = 8; // in one cell

/** A tag of the image, else the beginning of its digest. */
export function nameOf(image: ImageDetail): string {
  return image.imageTags?.[0] ?? shortDigest(image.imageDigest ?? "");
}

export function imageColumns(repository: string): TableProps.ColumnDefinition<ImageDetail>[] {
  const words = ecr.images;
  return [
    {
      id: "tags",
      header: words.tags,
      cell: (image) => <Tags repository={repository} image={image} />,
      sortingField: "imageTags",
      sortingComparator: (one, other) => nameOf(one).localeCompare(nameOf(other), undefined, { numeric: true }),
      isRowHeader: true,
    },
    {
      id: "type",
      header: words.type,
      cell: ({ imageManifestMediaType, artifactMediaType }) =>
        imageManifestMediaType ? kindOf(imageManifestMediaType, artifactMediaType) : ecr.image.unset,
    },
    {
      id: "pushed",
      header: words.pushed,
      cell: ({ imagePushedAt }) => imagePushedAt?.toLocaleString() ?? ecr.image.unset,
      sortingField: "imagePushedAt",
    },
    {
      id: "size",
      header: words.size,
      cell: ({ imageSizeInBytes: size }) => (size === undefined ? ecr.image.unset : sizeTold(size)),
      sortingField: "imageSizeInBytes",
    },
    {
      id: "digest",
      header: words.digest,
      minWidth: 220,
      cell: ({ imageDigest = "" }) => (
        <CopyText text={imageDigest} display={shortDigest(imageDigest)} label={ecr.images.copyDigest} />
      ),
    },
    {
      id: "pulled",
      header: words.pulled,
      cell: ({ imagePushedAt, lastRecordedPullTime: pulled }) =>
        pulled?.toLocaleString() ?? (imagePushedAt ? words.never : ecr.image.unset),
      sortingField: "lastRecordedPullTime",
    },
  ];
}

function Tags({ repository, image }: { repository: string; image: ImageDetail }) {
  const { imageTags: tags = [], imageDigest = "" } = image;
  const path = imagePath(repository, imageDigest);
  if (tags.length === 0) {
    return (
      <GoLink to={path}>
        {ecr.images.untagged} {shortDigest(imageDigest).replace("sha256:", "")}
      </GoLink>
    );
  }
  const [first, ...others] = tags.slice(0, MOST_TAGS);
  return (
    <SpaceBetween direction="horizontal" size="xxs">
      <GoLink to={path}>{first}</GoLink>
      {others.map((tag) => (
        <Badge key={tag}>{tag}</Badge>
      ))}
      {tags.length > MOST_TAGS && <Box variant="small">{ecr.images.moreTags(tags.length - MOST_TAGS)}</Box>}
    </SpaceBetween>
  );
}
