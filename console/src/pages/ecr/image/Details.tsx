import { DescribeRepositoriesCommand, type ImageDetail } from "@aws-sdk/client-ecr";
import Badge from "@cloudscape-design/components/badge";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback } from "react";
import { CopyText } from "../../../parts/CopyText";
import { GoLink } from "../../../parts/GoLink";
import { useLoad } from "../../../parts/useLoad";
import { ecr as client } from "../../../session/sdk";
import { ecr } from "../../../strings/ecr";
import { imagePath } from "../paths";
import { shortDigest } from "./digest";
import { kindOf, sizeTold } from "./told";

export function Details({ name, image }: { name: string; image: ImageDetail }) {
  const words = ecr.image;
  const { value: uri } = useLoad(useCallback(() => uriOf(name), [name]));
  const { imageDigest: digest = "", imageTags: tags = [], subjectManifestDigest: subject } = image;
  const reference = `${uri ?? `${location.host}/${name}`}@${digest}`;
  return (
    <Container header={<Header variant="h2">{words.general}</Header>}>
      <KeyValuePairs
        columns={2}
        minColumnWidth={260}
        items={[
          {
            label: ecr.images.tags,
            value: tags.length === 0 ? ecr.images.untagged : (
              <SpaceBetween direction="horizontal" size="xxs">
                {tags.map((tag) => (
                  <Badge key={tag}>{tag}</Badge>
                ))}
              </SpaceBetween>
            ),
          },
          { label: ecr.images.type, value: kindOf(image.imageManifestMediaType, image.artifactMediaType) },
          { label: ecr.images.digest, value: <CopyText text={digest} label={ecr.images.copyDigest} /> },
          { label: words.uri, value: <CopyText text={reference} label={ecr.repositories.copyUri} /> },
          { label: words.mediaType, value: image.imageManifestMediaType },
          { label: ecr.images.size, value: sizeTold(image.imageSizeInBytes ?? 0) },
          { label: ecr.images.pushed, value: image.imagePushedAt?.toLocaleString() },
          { label: ecr.images.pulled, value: image.lastRecordedPullTime?.toLocaleString() ?? ecr.images.never },
          ...(subject
            ? [{ label: words.refersTo, value: <GoLink to={imagePath(name, subject)}>{shortDigest(subject)}</GoLink> }]
            : []),
        ]}
      />
    </Container>
  );
}

async function uriOf(name: string): Promise<string | undefined> {
  const { repositories } = await client().send(new DescribeRepositoriesCommand({ repositoryNames: [name] }));
  return repositories?.[0]?.repositoryUri;
}
