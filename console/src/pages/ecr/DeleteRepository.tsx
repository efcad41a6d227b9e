import { DeleteRepositoryCommand, ListImagesCommand } from "@aws-sdk/client-ecr";
import { useCallback } from "react";
import { ConfirmDelete } from "../../parts/ConfirmDelete";
import { useLoad } from "../../parts/useLoad";
import { ecr as client } from "../../session/sdk";
import { ecr } from "../../strings/ecr";

interface DeleteRepositoryProps {
  name: string;
  onDone: () => void;
  onCancel: () => void;
}

/** Says first whether images go with it. One that was seen empty and isn't any more is not deleted. */
export function DeleteRepository({ name, onDone, onCancel }: DeleteRepositoryProps) {
  const { value: holdsImages, loading } = useLoad(useCallback(() => hasImages(name), [name]));
  const words = ecr.repository;
  if (loading) return null;
  const warning =
    holdsImages === undefined ? words.deleteUnknown : holdsImages ? words.deleteFull : words.deleteEmpty;

  async function remove(): Promise<void> {
    await client().send(new DeleteRepositoryCommand({ repositoryName: name, force: holdsImages !== false }));
  }

  return <ConfirmDelete name={name} warning={warning} remove={remove} onDone={onDone} onCancel={onCancel} />;
}

async function hasImages(repositoryName: string): Promise<boolean> {
  const { imageIds = [] } = await client().send(new ListImagesCommand({ repositoryName, maxResults: 1 }));
  return imageIds.length > 0;
}
