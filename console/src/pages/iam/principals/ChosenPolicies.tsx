import Table from "@cloudscape-design/components/table";
import { permissions as words } from "../../../strings/principals";
import { isAwsManaged, type PolicyRef } from "./principal";

/** The policies that a form has chosen, for its summary. */
export function ChosenPolicies({ policies, empty }: { policies: readonly PolicyRef[]; empty: string }) {
  return (
    <Table<PolicyRef>
      variant="embedded"
      items={policies}
      trackBy="arn"
      empty={empty}
      columnDefinitions={[
        { id: "name", header: words.name, cell: ({ name }) => name, isRowHeader: true },
        {
          id: "type",
          header: words.type,
          cell: (policy) => (isAwsManaged(policy) ? words.awsManaged : words.customerManaged),
        },
      ]}
    />
  );
}
