import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useGo } from "../../../parts/go";
import { users as words } from "../../../strings/users";
import { userPath } from "../paths";
import type { Secrets } from "./secretFiles";
import { SecretFields } from "./SecretFields";

/** What a new user got, to be handed on; leaving the page forgets it. */
export function CreatedUser({ secrets }: { secrets: Secrets }) {
  const { go } = useGo();
  return (
    <ContentLayout header={<Header variant="h1">{words.retrieve}</Header>}>
      <SpaceBetween size="l">
        <Container>
          <SecretFields secrets={secrets} />
        </Container>
        <SpaceBetween direction="horizontal" size="xs">
          <Button onClick={() => go(userPath(secrets.user))}>{words.toUser}</Button>
          <Button variant="primary" onClick={() => go("/iam/users")}>
            {words.toList}
          </Button>
        </SpaceBetween>
      </SpaceBetween>
    </ContentLayout>
  );
}
