import { ListTagsForResourceCommand, TagResourceCommand, UntagResourceCommand } from "@aws-sdk/client-ecr";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Form from "@cloudscape-design/components/form";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback, useState } from "react";
import { ErrorBox } from "../../../parts/ErrorBox";
import { flash } from "../../../parts/flash";
import { TagFields } from "../../../parts/TagFields";
import { areSound, isChanged, tagChanges, type Tag } from "../../../parts/tags";
import { useUnsaved } from "../../../parts/unsaved";
import { useLoad } from "../../../parts/useLoad";
import { useSubmit } from "../../../parts/useSubmit";
import { ecr as client } from "../../../session/sdk";
import { PageLoading } from "../../../shell/PageLoading";
import { ecr } from "../../../strings/ecr";

interface TagsTabProps {
  arn: string;
}

export default function TagsTab({ arn }: TagsTabProps) {
  const { value: tags, error, again } = useLoad(useCallback(() => tagsOf(arn), [arn]));
  if (error !== undefined) return <ErrorBox error={error} again={again} />;
  if (!tags) return <PageLoading />;
  return <Tags arn={arn} before={tags} again={again} />;
}

function Tags({ arn, before, again }: TagsTabProps & { before: readonly Tag[]; again: () => void }) {
  const words = ecr.tags;
  const [tags, setTags] = useState<readonly Tag[]>(before);
  const [isTried, setTried] = useState(false);
  useUnsaved(isChanged(before, tags));
  const saving = useSubmit(async () => {
    const { set, gone } = tagChanges(before, tags);
    if (gone.length > 0) await client().send(new UntagResourceCommand({ resourceArn: arn, tagKeys: gone }));
    if (set.length > 0) await client().send(new TagResourceCommand({ resourceArn: arn, tags: set }));
    flash("success", words.saved);
    again();
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (areSound(tags, "ecr")) void saving.submit();
      }}
    >
      <Form
        actions={
          <Button variant="primary" formAction="submit" loading={saving.running}>
            {words.save}
          </Button>
        }
      >
        <SpaceBetween size="m">
          {saving.error !== undefined && <ErrorBox error={saving.error} />}
          <Container header={<Header variant="h2" description={words.hint}>{words.title}</Header>}>
            <TagFields service="ecr" tags={tags} tried={isTried} onChange={setTags} />
          </Container>
        </SpaceBetween>
      </Form>
    </form>
  );
}

async function tagsOf(resourceArn: string): Promise<Tag[]> {
  const { tags = [] } = await client().send(new ListTagsForResourceCommand({ resourceArn }));
  return tags;
}
