import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Grid from "@cloudscape-design/components/grid";
import Header from "@cloudscape-design/components/header";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { FindingsList } from "../../../parts/editor/FindingsList";
import { JsonEditor } from "../../../parts/editor/JsonEditor";
import type { Problem } from "../../../parts/editor/problem";
import { ErrorBox } from "../../../parts/ErrorBox";
import { editor as words } from "../../../strings/policies";
import { MeaningCard } from "./MeaningCard";
import type { Draft, Trouble } from "./useDraft";
import type { Verdict } from "./useVerdict";
import { VisualEditor } from "./visual/VisualEditor";
import "./policies.css";

interface PolicyEditorProps {
  draft: Draft;
  findings: { problems: readonly Problem[]; error?: unknown };
  verdict: Verdict;
  /** Whether what is missing is to be said. */
  tried: boolean;
  /** What keeps the document from being saved. */
  fault?: string | undefined;
}

/** A policy by blocks or as JSON, with what lint says of it below and what it means beside it. */
export function PolicyEditor({ draft, findings, verdict, tried, fault }: PolicyEditorProps) {
  const { problems, error } = findings;
  return (
    <Grid gridDefinition={[{ colspan: { default: 12, xs: 8 } }, { colspan: { default: 12, xs: 4 } }]}>
      <Container
        header={
          <Header variant="h2" actions={<Switch draft={draft} />}>
            {words.title}
          </Header>
        }
      >
        <SpaceBetween size="m">
          {draft.trouble && <Troubled trouble={draft.trouble} />}
          {draft.visual ? (
            <SpaceBetween size="m">
              <VisualEditor draft={draft} tried={tried} />
              {!draft.isEmpty && <FindingsList problems={problems} />}
            </SpaceBetween>
          ) : (
            <JsonEditor label={words.document} value={draft.text} onChange={draft.setText} problems={problems} />
          )}
          {fault && <Box color="text-status-error">{fault}</Box>}
          {error !== undefined && <ErrorBox error={error} title={words.lintFailed} />}
        </SpaceBetween>
      </Container>
      <div className="stays-in-sight">
        <MeaningCard draft={draft} verdict={verdict} />
      </div>
    </Grid>
  );
}

function Switch({ draft }: { draft: Draft }) {
  return (
    <SegmentedControl
      label={words.mode}
      selectedId={draft.visual ? "visual" : "json"}
      options={[
        { id: "visual", text: words.visual },
        { id: "json", text: words.json },
      ]}
      onChange={({ detail }) => {
        if (detail.selectedId === "json") draft.showJson();
        else void draft.showVisual();
      }}
    />
  );
}

function Troubled({ trouble }: { trouble: Trouble }) {
  return trouble === "document" ? <Alert type="warning">{words.notShown}</Alert> : <ErrorBox error={trouble.error} />;
}
