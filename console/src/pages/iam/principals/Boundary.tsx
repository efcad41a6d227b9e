import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { ErrorBox } from "../../../parts/ErrorBox";
import { flash } from "../../../parts/flash";
import { GoLink } from "../../../parts/GoLink";
import { boundary as words } from "../../../strings/principals";
import { policyPath } from "../paths";
import { run } from "../run";
import { BoundarySelect } from "./BoundaryChoice";
import { Dialog } from "./Dialog";
import { setBoundary, type PolicyRef, type Principal } from "./principal";
import { useAct } from "./useAct";

interface BoundaryProps {
  of: Principal;
  boundary: PolicyRef | undefined;
  changed: () => void;
}

/** The boundary of somebody who exists. */
export function Boundary({ of, boundary, changed }: BoundaryProps) {
  const [isOpen, setOpen] = useState(false);
  const { running, error, act } = useAct();

  async function remove(): Promise<void> {
    if (!(await act(() => run(setBoundary(of, undefined))))) return;
    flash("success", words.wasRemoved);
    changed();
  }

  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={boundary ? words.set : words.notSet}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {boundary && (
                <Button loading={running} onClick={() => void remove()}>
                  {words.remove}
                </Button>
              )}
              <Button onClick={() => setOpen(true)}>{boundary ? words.change : words.setIt}</Button>
            </SpaceBetween>
          }
        >
          {words.title}
        </Header>
      }
    >
      <SpaceBetween size="s">
        {boundary ? <GoLink to={policyPath(boundary.arn)}>{boundary.name}</GoLink> : <Box variant="p">{words.hint}</Box>}
        {error !== undefined && <ErrorBox error={error} />}
      </SpaceBetween>
      {isOpen && (
        <BoundaryDialog
          of={of}
          boundary={boundary}
          onCancel={() => setOpen(false)}
          onDone={() => {
            setOpen(false);
            flash("success", words.wasSet);
            changed();
          }}
        />
      )}
    </Container>
  );
}

interface BoundaryDialogProps {
  of: Principal;
  boundary: PolicyRef | undefined;
  onDone: () => void;
  onCancel: () => void;
}

function BoundaryDialog({ of, boundary, onDone, onCancel }: BoundaryDialogProps) {
  const [chosen, setChosen] = useState(boundary);
  const [isTried, setTried] = useState(false);
  return (
    <Dialog
      title={boundary ? words.change : words.setIt}
      submit={words.setIt}
      change={() => {
        setTried(true);
        return chosen && run(setBoundary(of, chosen.arn));
      }}
      onDone={onDone}
      onCancel={onCancel}
    >
      <BoundarySelect chosen={chosen} onChange={setChosen} fault={isTried && !chosen ? words.missing : undefined} />
    </Dialog>
  );
}
