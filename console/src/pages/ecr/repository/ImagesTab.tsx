import type { ImageDetail } from "@aws-sdk/client-ecr";
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useEffect, useState } from "react";
import { useSearchParams } from "react-router";
import { ConfirmDelete } from "../../../parts/ConfirmDelete";
import { ErrorBox } from "../../../parts/ErrorBox";
import { flash } from "../../../parts/flash";
import { Listing } from "../../../parts/Listing";
import { ecr } from "../../../strings/ecr";
import { deleteImages } from "../image/deleteImages";
import { imageColumns, nameOf } from "./imageColumns";
import { useImages, type Status } from "./useImages";

const STATUSES = ["ANY", "TAGGED", "UNTAGGED"] as const;
const PAUSE = 400; // milliseconds after the last letter of the filter

interface ImagesTabProps {
  name: string;
  onPush: () => void;
}

export function ImagesTab({ name, onPush }: ImagesTabProps) {
  const [search, setSearch] = useSearchParams();
  const status: Status = STATUSES.find((one) => one === search.get("status")) ?? "ANY";
  const { loaded, hasMore, refused, more, find } = useImages(name, status);
  const [selected, setSelected] = useState<readonly ImageDetail[]>([]);
  const [deleting, setDeleting] = useState(false);
  const [columns] = useState(() => imageColumns(name));
  useFinding(search.get("q") ?? "", hasMore, find);
  const words = ecr.images;

  async function remove(): Promise<void> {
    const digests = selected.flatMap(({ imageDigest }) => imageDigest ?? []);
    const { count, failures } = await deleteImages(name, digests);
    if (count > 0) flash("success", words.deleted(count));
    const [first] = failures;
    if (first) flash("error", words.notDeleted(failures.length, first.failureReason ?? first.failureCode ?? ""));
  }

  function afterwards(): void {
    setDeleting(false);
    setSelected([]);
    loaded.again();
  }

  const empty =
    status === "ANY"
      ? { title: words.empty, hint: words.emptyHint, action: <Button onClick={onPush}>{ecr.repositories.pushCommands}</Button> }
      : { title: words.empty, hint: words.emptyOf };
  return (
    <SpaceBetween size="m">
      {refused !== undefined && <ErrorBox error={refused} title={words.listedOnly} />}
      {hasMore && (
        <Alert
          action={
            <SpaceBetween direction="horizontal" size="xs">
              <Button loading={loaded.loading} onClick={() => void more(false)}>{words.loadMore}</Button>
              <Button disabled={loaded.loading} onClick={() => void more(true)}>{words.loadAll}</Button>
            </SpaceBetween>
          }
        >
          {words.more(loaded.value?.length ?? 0)}
        </Alert>
      )}
      <Listing
        within
        title={words.title}
        loaded={loaded}
        columns={columns}
        idOf={(image) => image.imageDigest ?? ""}
        textOf={({ imageDigest = "", imageTags = [] }) => [...imageTags, imageDigest].join(" ")}
        empty={empty}
        selection={{
          selectionType: "multi",
          selectedItems: [...selected],
          onSelectionChange: ({ detail }) => setSelected(detail.selectedItems),
          ariaLabels: {
            selectionGroupLabel: words.title,
            allItemsSelectionLabel: () => words.selectAll,
            itemSelectionLabel: (_, image) => words.select(nameOf(image)),
          },
        }}
        filters={
          <Select
            ariaLabel={words.tagStatus}
            selectedOption={option(status)}
            options={STATUSES.map(option)}
            onChange={({ detail }) =>
              setSearch((before) => {
                const next = new URLSearchParams(before);
                next.set("status", detail.selectedOption.value ?? "ANY");
                return next;
              })
            }
          />
        }
        actions={
          <Button disabled={selected.length === 0} onClick={() => setDeleting(true)}>
            {words.delete}
          </Button>
        }
      />
      {deleting && (
        <ConfirmDelete
          name={words.count(selected.length)}
          warning={words.deleteWarning}
          remove={remove}
          onDone={afterwards}
          onCancel={() => setDeleting(false)}
        />
      )}
    </SpaceBetween>
  );
}

function option(status: Status) {
  return { value: status, label: status === "ANY" ? ecr.images.any : ecr.images[status] };
}

/** Asks the server for the image that the filter names, as long as not all images are here. */
function useFinding(text: string, hasMore: boolean, find: (text: string) => Promise<void>): void {
  useEffect(() => {
    if (!hasMore || !text.trim()) return;
    const timer = setTimeout(() => void find(text.trim()), PAUSE);
    return () => clearTimeout(timer);
  }, [text, hasMore, find]);
}
