import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useCallback, useState } from "react";
import { ErrorBox } from "../../../parts/ErrorBox";
import { flash } from "../../../parts/flash";
import { GoLink } from "../../../parts/GoLink";
import { useLoad } from "../../../parts/useLoad";
import { abilities, permissions as words } from "../../../strings/principals";
import { listing } from "../../../strings/shell";
import { policyPath } from "../paths";
import { abilitiesOf, AbilityCard } from "./AbilityCard";
import { AttachDialog } from "./AttachDialog";
import { Boundary } from "./Boundary";
import { heldBy, type Held, type Inline } from "./held";
import { InlineDialog } from "./InlineDialog";
import { isAwsManaged, type PolicyRef, type Principal } from "./principal";
import { RemoveDialog } from "./RemoveDialog";

interface PermissionsTabProps {
  of: Principal;
  boundary: PolicyRef | undefined;
  /** After the boundary has changed. */
  again: () => void;
}

/** What is attached, what is inline, the boundary, and what all of it comes to. */
export function PermissionsTab({ of, boundary, again }: PermissionsTabProps) {
  const { kind, name } = of;
  const held = useLoad(useCallback(() => heldBy({ kind, name }), [kind, name]));
  const able = useLoad(useCallback(() => abilitiesOf({ kind, name }), [kind, name]));

  function changed(): void {
    held.again();
    able.again();
  }

  return (
    <SpaceBetween size="l">
      {held.error !== undefined && <ErrorBox error={held.error} again={held.again} />}
      <Policies of={of} held={held.value} loading={held.loading} changed={changed} />
      <Boundary
        of={of}
        boundary={boundary}
        changed={() => {
          able.again();
          again();
        }}
      />
      <AbilityCard
        title={abilities.title[kind]}
        loaded={able}
        footer={<GoLink to={`/access/can?principal=${kind}/${encodeURIComponent(name)}`}>{abilities.access}</GoLink>}
      />
    </SpaceBetween>
  );
}

interface PoliciesProps {
  of: Principal;
  held: readonly Held[] | undefined;
  loading: boolean;
  changed: () => void;
}

function Policies({ of, held = [], loading, changed }: PoliciesProps) {
  const [selected, setSelected] = useState<Held[]>([]);
  const [isOpen, setOpen] = useState<"attach" | "inline" | "remove">();
  const [edited, setEdited] = useState<Inline>();

  function close(): void {
    setOpen(undefined);
    setEdited(undefined);
  }
  function finish(said: string): void {
    close();
    setSelected([]);
    flash("success", said);
    changed();
  }

  return (
    <>
      <Table<Held>
        items={held}
        trackBy="arn"
        loading={loading && held.length === 0}
        loadingText={listing.loading}
        selectionType="multi"
        selectedItems={selected}
        onSelectionChange={({ detail }) => setSelected(detail.selectedItems)}
        ariaLabels={{
          selectionGroupLabel: words.selection,
          itemSelectionLabel: (_, policy) => policy.name,
          allItemsSelectionLabel: () => words.selection,
        }}
        empty={
          <Box textAlign="center">
            <b>{words.noneAttached}</b>
            <Box variant="p">{words.noneAttachedHint[of.kind]}</Box>
          </Box>
        }
        header={
          <Header
            variant="h2"
            counter={`(${held.length})`}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button disabled={selected.length === 0} onClick={() => setOpen("remove")}>
                  {words.remove}
                </Button>
                <ButtonDropdown
                  items={[
                    { id: "attach", text: words.attachPolicies },
                    { id: "inline", text: words.createInline },
                  ]}
                  onItemClick={({ detail }) => setOpen(detail.id === "attach" ? "attach" : "inline")}
                >
                  {words.add}
                </ButtonDropdown>
              </SpaceBetween>
            }
          >
            {words.title}
          </Header>
        }
        columnDefinitions={[
          { id: "name", header: words.name, cell: (policy) => <Named policy={policy} onEdit={setEdited} />, isRowHeader: true },
          { id: "type", header: words.type, cell: typeOf },
        ]}
      />
      {isOpen === "attach" && (
        <AttachDialog to={of} held={held} onCancel={close} onDone={(count) => finish(words.attached(count))} />
      )}
      {(isOpen === "inline" || edited) && (
        <InlineDialog of={of} from={edited} onCancel={close} onDone={(policy) => finish(words.saved(policy))} />
      )}
      {isOpen === "remove" && (
        <RemoveDialog
          of={of}
          policies={selected}
          onDone={() => finish(words.removed)}
          onCancel={() => {
            close();
            changed(); // those before the one that was refused are gone
          }}
        />
      )}
    </>
  );
}

function Named({ policy, onEdit }: { policy: Held; onEdit: (inline: Inline) => void }) {
  const { inline } = policy;
  if (!inline) return <GoLink to={policyPath(policy.arn)}>{policy.name}</GoLink>;
  return (
    <Button variant="inline-link" ariaLabel={words.editInline(policy.name)} onClick={() => onEdit(inline)}>
      {policy.name}
    </Button>
  );
}

function typeOf(policy: Held): string {
  if (policy.inline) return words.inline;
  return isAwsManaged(policy) ? words.awsManaged : words.customerManaged;
}
