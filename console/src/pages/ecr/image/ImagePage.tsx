import { DescribeImagesCommand, type ImageDetail } from "@aws-sdk/client-ecr";
import Button from "@cloudscape-design/components/button";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback, useState } from "react";
import { useParams } from "react-router";
import { ConfirmDelete } from "../../../parts/ConfirmDelete";
import { ErrorBox } from "../../../parts/ErrorBox";
import { flash } from "../../../parts/flash";
import { useGo } from "../../../parts/go";
import { useLoad } from "../../../parts/useLoad";
import { ecr as client } from "../../../session/sdk";
import { PageLoading } from "../../../shell/PageLoading";
import { ecr } from "../../../strings/ecr";
import { repositoryPath } from "../paths";
import { deleteImages } from "./deleteImages";
import { Details } from "./Details";
import { ManifestSections } from "./ManifestSections";
import { Referrers } from "./Referrers";
import { shortDigest } from "./digest";

/** Each part is asked for by itself: who may not read one still sees the others. */
export default function ImagePage() {
  const { name = "", digest = "" } = useParams();
  const { value: image, error, again } = useLoad(useCallback(() => describe(name, digest), [name, digest]));
  const [deleting, setDeleting] = useState(false);
  const { go } = useGo();
  const words = ecr.image;

  async function remove(): Promise<void> {
    const { failures } = await deleteImages(name, [digest]);
    const [failure] = failures;
    if (failure) throw new Error(failure.failureReason ?? failure.failureCode);
  }

  function wasDeleted(): void {
    flash("success", words.deleted);
    go(repositoryPath(name));
  }

  return (
    <ContentLayout
      header={
        <Header variant="h1" actions={<Button onClick={() => setDeleting(true)}>{words.delete}</Button>}>
          {image?.imageTags?.[0] ? `${name}:${image.imageTags[0]}` : shortDigest(digest)}
        </Header>
      }
    >
      <SpaceBetween size="l">
        {error !== undefined && <ErrorBox error={error} again={again} />}
        {image ? <Details name={name} image={image} /> : error === undefined && <PageLoading />}
        <ManifestSections name={name} digest={digest} />
        <Referrers name={name} digest={digest} />
      </SpaceBetween>
      {deleting && (
        <ConfirmDelete
          name={shortDigest(digest)}
          warning={words.deleteWarning}
          remove={remove}
          onDone={wasDeleted}
          onCancel={() => setDeleting(false)}
        />
      )}
    </ContentLayout>
  );
}

async function describe(repositoryName: string, imageDigest: string): Promise<ImageDetail | undefined> {
  const asked = { repositoryName, imageIds: [{ imageDigest }] };
  return (await client().send(new DescribeImagesCommand(asked))).imageDetails?.[0];
}
