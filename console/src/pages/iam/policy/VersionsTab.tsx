import type { PolicyVersion } from "@aws-sdk/client-iam";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import { useCallback, useState, type ReactNode } from "react";
import { ErrorBox } from "../../../parts/ErrorBox";
import { flash } from "../../../parts/flash";
import { useGo } from "../../../parts/go";
import { useLoad } from "../../../parts/useLoad";
import { policy, versions as words } from "../../../strings/policy";
import { listing } from "../../../strings/shell";
import { call } from "../calls";
import { editPolicyPath } from "../paths";
import { Dialog } from "../principals/Dialog";
import { run } from "../run";
import { versionsOf } from "./managed";
import { ViewVersion } from "./ViewVersion";

interface VersionsTabProps {
  arn: string;
  /** AWS's own: its versions are read only. */
  isFixed: boolean;
  /** After the default version has changed. */
  changed: () => void;
}

export function VersionsTab({ arn, isFixed, changed }: VersionsTabProps) {
  const loaded = useLoad(useCallback(() => versionsOf(arn), [arn]));
  const [selected, setSelected] = useState<PolicyVersion[]>([]);
  const [isOpen, setOpen] = useState<"default" | "delete">();
  const [viewed, setViewed] = useState<string>();
  const { go } = useGo();
  const [chosen] = selected;
  const id = chosen?.VersionId ?? "";
  const isStuck = isFixed || !chosen || chosen.IsDefaultVersion === true;

  function finish(said: string): void {
    setOpen(undefined);
    setSelected([]);
    flash("success", said);
    loaded.again();
    changed();
  }

  return (
    <SpaceBetween size="m">
      {loaded.error !== undefined && <ErrorBox error={loaded.error} again={loaded.again} />}
      <Versions
        versions={loaded.value}
        loading={loaded.loading}
        selected={selected}
        onSelect={setSelected}
        onView={setViewed}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={isStuck} onClick={() => setOpen("default")}>
              {words.setDefault}
            </Button>
            <Button disabled={isStuck} onClick={() => setOpen("delete")}>
              {words.delete}
            </Button>
            <Button disabled={isFixed} onClick={() => go(editPolicyPath(arn))}>
              {policy.edit}
            </Button>
          </SpaceBetween>
        }
      />
      {viewed !== undefined && <ViewVersion arn={arn} id={viewed} onClose={() => setViewed(undefined)} />}
      {isOpen === "default" && (
        <Dialog
          title={words.setDefaultTitle(id)}
          submit={words.setDefault}
          change={() => run(call("SetDefaultPolicyVersion", { PolicyArn: arn, VersionId: id }))}
          onDone={() => finish(words.wasSet(id))}
          onCancel={() => setOpen(undefined)}
        >
          <Box variant="p">{words.setDefaultHint(id)}</Box>
        </Dialog>
      )}
      {isOpen === "delete" && (
        <Dialog
          title={words.deleteTitle(id)}
          submit={words.delete}
          change={() => run(call("DeletePolicyVersion", { PolicyArn: arn, VersionId: id }))}
          onDone={() => finish(words.deleted(id))}
          onCancel={() => setOpen(undefined)}
        >
          <Box variant="p">{words.deleteHint}</Box>
        </Dialog>
      )}
    </SpaceBetween>
  );
}

interface VersionsProps {
  versions: readonly PolicyVersion[] | undefined;
  loading: boolean;
  selected: PolicyVersion[];
  onSelect: (selected: PolicyVersion[]) => void;
  onView: (id: string) => void;
  actions: ReactNode;
}

function Versions({ versions, loading, selected, onSelect, onView, actions }: VersionsProps) {
  return (
    <Table<PolicyVersion>
      items={versions ?? []}
      trackBy="VersionId"
      loading={loading && !versions}
      loadingText={listing.loading}
      selectionType="single"
      selectedItems={selected}
      onSelectionChange={({ detail }) => onSelect(detail.selectedItems)}
      ariaLabels={{
        selectionGroupLabel: words.selection,
        itemSelectionLabel: (_, { VersionId: id = "" }) => words.select(id),
      }}
      header={
        <Header variant="h2" counter={versions && `(${versions.length})`} description={words.hint} actions={actions}>
          {words.title}
        </Header>
      }
      columnDefinitions={[
        {
          id: "version",
          header: words.version,
          cell: ({ VersionId: id = "" }) => (
            <Button variant="inline-link" ariaLabel={words.view(id)} onClick={() => onView(id)}>
              {id}
            </Button>
          ),
          isRowHeader: true,
        },
        {
          id: "default",
          header: words.isDefault,
          cell: ({ IsDefaultVersion: isDefault }) =>
            isDefault ? <StatusIndicator>{words.isDefault}</StatusIndicator> : "-",
        },
        { id: "created", header: words.created, cell: (version) => version.CreateDate?.toLocaleString() },
      ]}
    />
  );
}
