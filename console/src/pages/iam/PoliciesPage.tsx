import { paginateListPolicies, type Policy } from "@aws-sdk/client-iam";
import type { TableProps } from "@cloudscape-design/components/table";
import { GoLink } from "../../parts/GoLink";
import { Listing } from "../../parts/Listing";
import { useLoad } from "../../parts/useLoad";
import { iam as client } from "../../session/sdk";
import { iam } from "../../strings/iam";
import { policyPath } from "./paths";

export default function PoliciesPage() {
  const loaded = useLoad(allPolicies);
  const { title, empty, emptyHint } = iam.policies;
  return (
    <Listing
      title={title}
      loaded={loaded}
      columns={COLUMNS}
      idOf={(policy) => policy.Arn ?? ""}
      empty={{ title: empty, hint: emptyHint }}
    />
  );
}

async function allPolicies(): Promise<Policy[]> {
  const policies: Policy[] = [];
  for await (const page of paginateListPolicies({ client: client() }, { Scope: "All" })) {
    policies.push(...(page.Policies ?? []));
  }
  return policies;
}

function typeOf(policy: Policy): string {
  return policy.Arn?.startsWith("arn:aws:iam::aws:") ? iam.policies.awsManaged : iam.policies.customerManaged;
}

const COLUMNS: TableProps.ColumnDefinition<Policy>[] = [
  {
    id: "name",
    header: iam.policies.name,
    cell: ({ Arn: arn = "", PolicyName: name }) => <GoLink to={policyPath(arn)}>{name}</GoLink>,
    sortingField: "PolicyName",
    isRowHeader: true,
  },
  { id: "type", header: iam.policies.type, cell: typeOf },
  {
    id: "used",
    header: iam.policies.used,
    cell: (policy) => iam.policies.attachments(policy.AttachmentCount ?? 0),
    sortingField: "AttachmentCount",
  },
];
