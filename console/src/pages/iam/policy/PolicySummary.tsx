import type { Policy } from "@aws-sdk/client-iam";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import { Facts } from "../../../parts/Facts";
import { policy as words } from "../../../strings/policy";
import { isAwsManaged } from "../principals/principal";

export function PolicySummary({ policy }: { policy: Policy }) {
  const { Arn: arn = "", PolicyName: name = "" } = policy;
  return (
    <Container header={<Header variant="h2">{words.details}</Header>}>
      <Facts
        arn={arn}
        items={[
          { label: words.type, value: isAwsManaged({ arn, name }) ? words.awsManaged : words.customerManaged },
          { label: words.created, value: policy.CreateDate?.toLocaleString() },
          { label: words.edited, value: policy.UpdateDate?.toLocaleString() },
        ]}
      />
    </Container>
  );
}
