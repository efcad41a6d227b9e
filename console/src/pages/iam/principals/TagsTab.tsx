import type { Tag } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { ErrorBox } from "../../../parts/ErrorBox";
import { flash } from "../../../parts/flash";
import { TagFields } from "../../../parts/TagFields";
import { areSound, isChanged, tagChanges } from "../../../parts/tags";
import { useUnsaved } from "../../../parts/unsaved";
import { tags as words } from "../../../strings/principals";
import { run } from "../run";
import { tag, untag, type Tagged } from "./principal";
import { useAct } from "./useAct";

interface TagsTabProps {
  of: Tagged;
  /** As they are now. */
  tags: readonly Tag[];
  again: () => void;
}

export function TagsTab({ of, tags, again }: TagsTabProps) {
  const [edited, setEdited] = useState<readonly Tag[]>(tags);
  const [isTried, setTried] = useState(false);
  const { running, error, act } = useAct();
  useUnsaved(isChanged(tags, edited));

  async function save(): Promise<void> {
    setTried(true);
    if (!areSound(edited)) return;
    const { set, gone } = tagChanges(tags, edited);
    const saved = await act(async () => {
      if (gone.length > 0) await run(untag(of, gone));
      if (set.length > 0) await run(tag(of, set));
    });
    if (saved) flash("success", words.saved);
    again();
  }

  return (
    <Container
      header={
        <Header
          variant="h2"
          description={words.hint}
          actions={
            <Button loading={running} onClick={() => void save()}>
              {words.save}
            </Button>
          }
        >
          {words.title}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <TagFields tags={edited} tried={isTried} onChange={setEdited} />
        {error !== undefined && <ErrorBox error={error} />}
      </SpaceBetween>
    </Container>
  );
}
