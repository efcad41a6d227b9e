import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import { useState } from "react";
import { ecr } from "../../strings/ecr";
import { PolicyEditor } from "./policy/PolicyEditor";
import { registryPolicy } from "./policy/policies";

export default function RegistryPermissionsPage() {
  const [held] = useState(registryPolicy);
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={ecr.policy.registryHint}>
          {ecr.policy.registryTitle}
        </Header>
      }
    >
      <PolicyEditor held={held} />
    </ContentLayout>
  );
}
