import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useLoad } from "../../../../parts/useLoad";
import { block as words, editor as editorWords } from "../../../../strings/policies";
import { Document } from "../../principals/Document";
import type { Draft } from "../useDraft";
import { removed, replaced } from "./edit";
import { EMPTY } from "./model";
import { PermissionBlock } from "./PermissionBlock";
import { serviceNames } from "./services";

/** A block for each statement; `tried`: whether what is missing is to be said. */
export function VisualEditor({ draft, tried }: { draft: Draft; tried: boolean }) {
  const { visual, setVisual } = draft;
  const names = useLoad(serviceNames);
  if (!visual) return null;
  return (
    <SpaceBetween size="l">
      {visual.blocks.map((block, index) =>
        block.kind === "opaque" ? (
          <Container
            key={index}
            header={
              <Header
                variant="h3"
                actions={<Button onClick={() => setVisual(removed(visual, index))}>{words.removeIt}</Button>}
              >
                {words.opaque}
              </Header>
            }
          >
            <SpaceBetween size="s">
              <Alert type="info">{words.opaqueHint}</Alert>
              <Document label={words.opaque} text={JSON.stringify(block.statement, null, 2)} />
            </SpaceBetween>
          </Container>
        ) : (
          <PermissionBlock
            key={index}
            block={block}
            names={names}
            draft={draft}
            tried={tried}
            onChange={(next) => setVisual(replaced(visual, index, next))}
            onRemove={() => setVisual(removed(visual, index))}
          />
        ),
      )}
      <Button
        iconName="add-plus"
        onClick={() => setVisual({ ...visual, blocks: [...visual.blocks, EMPTY] })}
      >
        {editorWords.addMore}
      </Button>
    </SpaceBetween>
  );
}
