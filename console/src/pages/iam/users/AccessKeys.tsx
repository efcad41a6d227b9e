import type { CreateAccessKeyResponse } from "@aws-sdk/client-iam";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import { useCallback, useState } from "react";
import { ConfirmDelete } from "../../../parts/ConfirmDelete";
import { ErrorBox } from "../../../parts/ErrorBox";
import { flash } from "../../../parts/flash";
import { useLoad } from "../../../parts/useLoad";
import { listing } from "../../../strings/shell";
import { keys as words } from "../../../strings/users";
import { call } from "../calls";
import { run } from "../run";
import { Dialog } from "../principals/Dialog";
import { useAct } from "../principals/useAct";
import { keysWithUse, type Key } from "./credentials";
import { SecretsDialog } from "./SecretsDialog";
import type { Secrets } from "./secretFiles";

/** A user's access keys; a new one's secret is shown once. */
export function AccessKeys({ user }: { user: string }) {
  const { value: keys = [], error, loading, again } = useLoad(useCallback(() => keysWithUse(user), [user]));
  const [isCreating, setCreating] = useState(false);
  const [secrets, setSecrets] = useState<Secrets>();
  const [deleted, setDeleted] = useState<string>();
  const { error: refused, act } = useAct();

  async function update(id: string, status: "Active" | "Inactive"): Promise<void> {
    const input = { UserName: user, AccessKeyId: id, Status: status };
    if (!(await act(() => run(call("UpdateAccessKey", input))))) return;
    flash("success", status === "Active" ? words.activated(id) : words.deactivated(id));
    again();
  }

  async function create(): Promise<void> {
    const { AccessKey: key } = (await run(call("CreateAccessKey", { UserName: user }))) as CreateAccessKeyResponse;
    setSecrets({ user, accessKeyId: key?.AccessKeyId ?? "", secretAccessKey: key?.SecretAccessKey ?? "" });
  }

  async function remove(id: string): Promise<void> {
    await run(call("DeleteAccessKey", { UserName: user, AccessKeyId: id }));
  }

  return (
    <SpaceBetween size="s">
      {(error ?? refused) !== undefined && <ErrorBox error={error ?? refused} />}
      <Table<Key>
        items={keys}
        trackBy="AccessKeyId"
        loading={loading && keys.length === 0}
        loadingText={listing.loading}
        empty={<Box textAlign="center">{words.none}</Box>}
        header={
          <Header
            variant="h2"
            counter={`(${keys.length})`}
            description={words.hint}
            actions={<Button onClick={() => setCreating(true)}>{words.create}</Button>}
          >
            {words.title}
          </Header>
        }
        columnDefinitions={[
          { id: "id", header: words.id, cell: (key) => key.AccessKeyId, isRowHeader: true },
          { id: "status", header: words.status, cell: (key) => <Status of={key} /> },
          { id: "created", header: words.created, cell: (key) => key.CreateDate?.toLocaleString() },
          { id: "used", header: words.lastUsed, cell: usedAt },
          {
            id: "actions",
            header: words.actionsTitle,
            cell: (key) => <Actions of={key} onUpdate={update} onDelete={setDeleted} />,
          },
        ]}
      />
      {isCreating && (
        <Dialog
          title={words.createTitle(user)}
          submit={words.create}
          change={create}
          onDone={() => {
            setCreating(false);
            again();
          }}
          onCancel={() => setCreating(false)}
        >
          <Box variant="p">{words.hint}</Box>
        </Dialog>
      )}
      {secrets && <SecretsDialog secrets={secrets} onClose={() => setSecrets(undefined)} />}
      {deleted !== undefined && (
        <ConfirmDelete
          name={deleted}
          warning={words.deleteWarning}
          remove={() => remove(deleted)}
          onDone={() => {
            flash("success", words.deleted(deleted));
            setDeleted(undefined);
            again();
          }}
          onCancel={() => setDeleted(undefined)}
        />
      )}
    </SpaceBetween>
  );
}

function Status({ of: { Status: status } }: { of: Key }) {
  const isActive = status === "Active";
  return (
    <StatusIndicator type={isActive ? "success" : "stopped"}>{isActive ? words.active : words.inactive}</StatusIndicator>
  );
}

interface ActionsProps {
  of: Key;
  onUpdate: (id: string, status: "Active" | "Inactive") => Promise<void>;
  onDelete: (id: string) => void;
}

function Actions({ of: { AccessKeyId: id = "", Status: status }, onUpdate, onDelete }: ActionsProps) {
  const isActive = status === "Active";
  return (
    <ButtonDropdown
      ariaLabel={words.actions(id)}
      variant="inline-icon"
      expandToViewport
      items={[
        { id: "toggle", text: isActive ? words.deactivate : words.activate },
        { id: "delete", text: words.delete },
      ]}
      onItemClick={({ detail }) =>
        detail.id === "delete" ? onDelete(id) : void onUpdate(id, isActive ? "Inactive" : "Active")
      }
    />
  );
}

function usedAt({ used }: Key): string {
  const at = used?.LastUsedDate;
  return at ? words.used(at.toLocaleString(), used.ServiceName ?? "") : words.never;
}
