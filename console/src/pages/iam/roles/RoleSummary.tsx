import type { Role } from "@aws-sdk/client-iam";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback } from "react";
import { failureOf } from "../../../api/failure";
import { Facts } from "../../../parts/Facts";
import { GoLink } from "../../../parts/GoLink";
import { useLoad } from "../../../parts/useLoad";
import { role as words } from "../../../strings/roles";
import { profilePath } from "../paths";
import { profilesOf } from "./profilesOf";

export function RoleSummary({ role }: { role: Role }) {
  const name = role.RoleName ?? "";
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={<GoLink to={`/switch-role?role=${encodeURIComponent(name)}`}>{words.switchTo}</GoLink>}
        >
          {words.summary}
        </Header>
      }
    >
      <Facts
        arn={role.Arn ?? ""}
        items={[
          { label: words.created, value: role.CreateDate?.toLocaleString() },
          { label: words.lastActivity, value: role.RoleLastUsed?.LastUsedDate?.toLocaleString() ?? words.never },
          { label: words.maxSession, value: words.hours(role.MaxSessionDuration ?? 3600) },
          { label: words.profiles, value: <Profiles of={name} /> },
        ]}
      />
    </Container>
  );
}

function Profiles({ of }: { of: string }) {
  const { value: names, error } = useLoad(useCallback(() => profilesOf(of), [of]));
  if (error !== undefined) return failureOf(error).message;
  if (names?.length === 0) return words.none;
  return (
    <SpaceBetween size="xxs">
      {names?.map((name) => (
        <GoLink key={name} to={profilePath(name)}>
          {name}
        </GoLink>
      ))}
    </SpaceBetween>
  );
}
