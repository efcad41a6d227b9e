import type { Policy } from "@aws-sdk/client-iam";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import { policy as words } from "../../../strings/policy";
import { isAwsManaged } from "../principals/principal";

export function PolicySummary({ policy }: { policy: Policy }) {
  const { Arn: arn = "", PolicyName: name = "" } = policy;
  return (
    <Container header={<Header variant="h2">{words.details}</Header>}>
      <KeyValuePairs
        columns={4}
        items={[
          { label: words.type, value: isAwsManaged({ arn, name }) ? words.awsManaged : words.customerManaged },
          { label: words.created, value: policy.CreateDate?.toLocaleString() },
          { label: words.edited, value: policy.UpdateDate?.toLocaleString() },
          { label: words.arn, value: <Box variant="code">{arn}</Box> },
        ]}
      />
    </Container>
  );
}
