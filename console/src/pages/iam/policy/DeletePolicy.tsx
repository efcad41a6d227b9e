import Box from "@cloudscape-design/components/box";
import Modal from "@cloudscape-design/components/modal";
import { useCallback } from "react";
import { ConfirmDelete } from "../../../parts/ConfirmDelete";
import { ErrorBox } from "../../../parts/ErrorBox";
import type { Step } from "../../../parts/steps";
import { useLoad } from "../../../parts/useLoad";
import { PageLoading } from "../../../shell/PageLoading";
import { confirmDelete } from "../../../strings/shell";
import { nameOf } from "../principals/principal";
import { asSteps } from "../run";
import { changesToDelete, warningFor } from "./deletion";
import { entitiesOf, versionsOf } from "./managed";

interface DeletePolicyProps {
  arn: string;
  onConfirmed: (steps: Step[]) => void;
  onCancel: () => void;
}

/** Asks with everything in sight that goes too; what is confirmed is what was shown. */
export function DeletePolicy({ arn, onConfirmed, onCancel }: DeletePolicyProps) {
  const { value: all, error, again } = useLoad(
    useCallback(() => Promise.all([entitiesOf(arn), versionsOf(arn)]), [arn]),
  );
  const name = nameOf(arn);
  if (!all) {
    return (
      <Modal visible header={confirmDelete.title(name)} onDismiss={onCancel}>
        <Box>{error === undefined ? <PageLoading /> : <ErrorBox error={error} again={again} />}</Box>
      </Modal>
    );
  }
  const [held, versions] = all;
  return (
    <ConfirmDelete
      name={name}
      warning={warningFor(held, versions)}
      remove={() => Promise.resolve()}
      onDone={() => onConfirmed(asSteps(changesToDelete(arn, held, versions)))}
      onCancel={onCancel}
    />
  );
}
