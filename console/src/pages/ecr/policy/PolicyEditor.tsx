import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { failureOf } from "../../../api/failure";
import { ConfirmDelete } from "../../../parts/ConfirmDelete";
import { JsonEditor } from "../../../parts/editor/JsonEditor";
import { useFindings } from "../../../parts/editor/useFindings";
import { ErrorBox } from "../../../parts/ErrorBox";
import { flash } from "../../../parts/flash";
import { useUnsaved } from "../../../parts/unsaved";
import { useLoad } from "../../../parts/useLoad";
import { useSubmit } from "../../../parts/useSubmit";
import { PageLoading } from "../../../shell/PageLoading";
import { ecr } from "../../../strings/ecr";

/** A policy that hangs on a resource, and may not be there. */
export interface HeldPolicy {
  kind: "repository" | "registry";
  /** The document; undefined when there is none. */
  read: () => Promise<string | undefined>;
  write: (document: string) => Promise<void>;
  remove: () => Promise<void>;
  /** What it means that there is none. */
  whenNone: string;
  /** To begin with. */
  example: string;
}

export function PolicyEditor({ held }: { held: HeldPolicy }) {
  const { value, loading, error, again } = useLoad(held.read);
  const [draft, setDraft] = useState<string>();
  const [deleting, setDeleting] = useState(false);
  useUnsaved(draft !== undefined && draft !== (value ?? held.example));
  const words = ecr.policy;
  if (error !== undefined) return <ErrorBox error={error} title={words.readRefused} again={again} />;
  if (loading && value === undefined) return <PageLoading />;
  const shown = draft ?? value;

  function afterwards(said: string): void {
    flash("success", said);
    setDeleting(false);
    setDraft(undefined);
    again();
  }

  return (
    <>
      {shown === undefined ? (
        <None held={held} onStart={() => setDraft(held.example)} />
      ) : (
        <Editing
          held={held}
          text={shown}
          onChange={setDraft}
          onSaved={() => afterwards(words.saved)}
          onDelete={value === undefined ? undefined : () => setDeleting(true)}
        />
      )}
      {deleting && (
        <ConfirmDelete
          name={words.deleteName}
          warning={words.deleteWarning}
          remove={held.remove}
          onDone={() => afterwards(words.deleted)}
          onCancel={() => setDeleting(false)}
        />
      )}
    </>
  );
}

function None({ held, onStart }: { held: HeldPolicy; onStart: () => void }) {
  return (
    <Container>
      <Box textAlign="center" padding="s">
        <SpaceBetween size="xs">
          <b>{ecr.policy.none}</b>
          <Box variant="p">{held.whenNone}</Box>
          <Button onClick={onStart}>{ecr.policy.start}</Button>
        </SpaceBetween>
      </Box>
    </Container>
  );
}

interface EditingProps {
  held: HeldPolicy;
  text: string;
  onChange: (text: string) => void;
  onSaved: () => void;
  onDelete: (() => void) | undefined;
}

function Editing({ held, text, onChange, onSaved, onDelete }: EditingProps) {
  const words = ecr.policy;
  const linted = useFindings(text, held.kind);
  const saving = useSubmit(async () => {
    await held.write(text);
    onSaved();
  });
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {onDelete && <Button onClick={onDelete}>{words.delete}</Button>}
              <Button variant="primary" loading={saving.running} onClick={() => void saving.submit()}>
                {words.save}
              </Button>
            </SpaceBetween>
          }
        >
          {words.label}
        </Header>
      }
    >
      <SpaceBetween size="s">
        {saving.error !== undefined && <ErrorBox error={saving.error} />}
        {linted.error !== undefined && (
          <Alert type="info" header={words.lintRefused}>
            {failureOf(linted.error).message}
          </Alert>
        )}
        <JsonEditor value={text} onChange={onChange} label={words.label} problems={linted.problems} />
      </SpaceBetween>
    </Container>
  );
}
