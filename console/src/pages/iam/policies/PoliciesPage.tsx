import { paginateListPolicies, type Policy } from "@aws-sdk/client-iam";
import Button from "@cloudscape-design/components/button";
import type { TableProps } from "@cloudscape-design/components/table";
import { useMemo } from "react";
import { useSearchParams } from "react-router";
import { useGo } from "../../../parts/go";
import { GoLink } from "../../../parts/GoLink";
import { Listing } from "../../../parts/Listing";
import { useLoad } from "../../../parts/useLoad";
import { iam as client } from "../../../session/sdk";
import { iam } from "../../../strings/iam";
import { policies as words } from "../../../strings/policies";
import { createPolicyPath, policyPath } from "../paths";
import { isAwsManaged } from "../principals/principal";
import { isOfType, PolicyTypeFilter } from "../principals/PolicyTypeFilter";

export default function PoliciesPage() {
  const loaded = useLoad(allPolicies);
  const { go } = useGo();
  const [search, setSearch] = useSearchParams();
  const type = search.get("type") ?? "";
  const { title, empty, emptyHint } = iam.policies;
  const value = useMemo(() => loaded.value?.filter((policy) => isOfType(type, referred(policy))), [loaded.value, type]);
  const create = (
    <Button variant="primary" onClick={() => go(createPolicyPath)}>
      {words.create}
    </Button>
  );
  return (
    <Listing
      title={title}
      description={words.hint}
      loaded={{ ...loaded, value }}
      columns={COLUMNS}
      idOf={(policy) => policy.Arn ?? ""}
      empty={{ title: empty, hint: emptyHint, action: create }}
      actions={create}
      filters={
        <PolicyTypeFilter
          type={type}
          onChange={(next) =>
            setSearch(
              (before) => {
                const after = new URLSearchParams(before);
                if (next) after.set("type", next);
                else after.delete("type");
                return after;
              },
              { replace: true },
            )
          }
        />
      }
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

function referred({ Arn: arn = "", PolicyName: name = "" }: Policy) {
  return { arn, name };
}

const COLUMNS: TableProps.ColumnDefinition<Policy>[] = [
  {
    id: "name",
    header: iam.policies.name,
    cell: ({ Arn: arn = "", PolicyName: name }) => <GoLink to={policyPath(arn)}>{name}</GoLink>,
    sortingField: "PolicyName",
    isRowHeader: true,
  },
  {
    id: "type",
    header: iam.policies.type,
    cell: (policy) => (isAwsManaged(referred(policy)) ? iam.policies.awsManaged : iam.policies.customerManaged),
  },
  {
    id: "used",
    header: iam.policies.used,
    cell: (policy) => iam.policies.attachments(policy.AttachmentCount ?? 0),
    sortingField: "AttachmentCount",
  },
];
