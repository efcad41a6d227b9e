import { useCollection } from "@cloudscape-design/collection-hooks";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Pagination from "@cloudscape-design/components/pagination";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import { useState, type ReactNode } from "react";
import { ErrorBox } from "../../../parts/ErrorBox";
import { useLoad } from "../../../parts/useLoad";
import { permissions as words } from "../../../strings/principals";
import { listing } from "../../../strings/shell";
import { CreatePolicyDialog } from "./CreatePolicyDialog";
import { managedPolicies } from "./held";
import { isOfType, PolicyTypeFilter } from "./PolicyTypeFilter";
import { isAwsManaged, type PolicyRef } from "./principal";

const PAGE = 10;

interface PolicyPickerProps {
  chosen: readonly PolicyRef[];
  onChange: (chosen: PolicyRef[]) => void;
  /** Left out of the table. */
  except?: readonly PolicyRef[] | undefined;
  /** Stands below the table; `create` opens the dialog that makes a policy, with this document to begin with. */
  below?: (create: (document: string) => void) => ReactNode;
}

/** Every managed policy with a check box: searched, filtered by type, and one that is missing made in place. */
export function PolicyPicker({ chosen, onChange, except = [], below }: PolicyPickerProps) {
  const loaded = useLoad(managedPolicies);
  const [type, setType] = useState("");
  const [creating, setCreating] = useState<{ from?: string }>();
  const [made, setMade] = useState<PolicyRef[]>([]);
  const left = new Set(except.map(({ arn }) => arn));
  const listed = loaded.value ?? [];
  const known = [...made.filter(({ arn }) => !listed.some((policy) => policy.arn === arn)), ...listed];
  const wanted = known.filter((policy) => !left.has(policy.arn) && isOfType(type, policy));
  const { items, filteredItemsCount, collectionProps, filterProps, paginationProps, actions } = useCollection(wanted, {
    filtering: {},
    sorting: {},
    pagination: { pageSize: PAGE },
  });

  return (
    <SpaceBetween size="l">
      {loaded.error !== undefined && <ErrorBox error={loaded.error} again={loaded.again} />}
      <Table<PolicyRef>
        {...collectionProps}
        items={items}
        columnDefinitions={COLUMNS}
        trackBy="arn"
        selectionType="multi"
        selectedItems={[...chosen]}
        onSelectionChange={({ detail }) => onChange(detail.selectedItems)}
        ariaLabels={{
          selectionGroupLabel: words.selection,
          itemSelectionLabel: (_, { name }) => name,
          allItemsSelectionLabel: () => words.selection,
        }}
        loading={loaded.loading && !loaded.value}
        loadingText={listing.loading}
        empty={<Box textAlign="center">{filterProps.filteringText ? words.noMatch : words.none}</Box>}
        header={
          <Header
            variant="h2"
            counter={loaded.value && words.chosen(chosen.length, known.length)}
            description={words.choose}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button iconName="refresh" ariaLabel={listing.refresh} loading={loaded.loading} onClick={loaded.again} />
                <Button onClick={() => setCreating({})}>{words.created}</Button>
              </SpaceBetween>
            }
          >
            {words.title}
          </Header>
        }
        filter={
          <SpaceBetween direction="horizontal" size="m">
            <FormField label={words.find}>
              <TextFilter
                {...filterProps}
                filteringPlaceholder={words.find}
                filteringAriaLabel={words.find}
                filteringClearAriaLabel={listing.clear}
                countText={listing.matches(filteredItemsCount ?? 0)}
              />
            </FormField>
            <PolicyTypeFilter
              type={type}
              onChange={(next) => {
                setType(next);
                actions.setCurrentPage(1);
              }}
            />
          </SpaceBetween>
        }
        pagination={
          <Pagination {...paginationProps} ariaLabels={listing.pages} />
        }
      />
      {below?.((from) => setCreating({ from }))}
      {creating && (
        <CreatePolicyDialog
          {...creating}
          onCancel={() => setCreating(undefined)}
          onMade={(policy) => {
            setCreating(undefined);
            setMade([policy, ...made]);
            onChange([...chosen, policy]);
          }}
        />
      )}
    </SpaceBetween>
  );
}

const COLUMNS: TableProps.ColumnDefinition<PolicyRef>[] = [
  { id: "name", header: words.name, cell: ({ name }) => name, sortingField: "name", isRowHeader: true },
  {
    id: "type",
    header: words.type,
    cell: (policy) => (isAwsManaged(policy) ? words.awsManaged : words.customerManaged),
  },
];
