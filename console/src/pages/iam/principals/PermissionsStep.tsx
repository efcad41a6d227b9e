import SpaceBetween from "@cloudscape-design/components/space-between";
import type { Loaded } from "../../../parts/useLoad";
import { abilities } from "../../../strings/principals";
import type { Line } from "./abilities";
import { AbilityCard } from "./AbilityCard";
import { BoundaryChoice } from "./BoundaryChoice";
import { PolicyPicker } from "./PolicyPicker";
import type { PolicyRef, Principal } from "./principal";

interface PermissionsStepProps {
  kind: Principal["kind"];
  policies: readonly PolicyRef[];
  boundary: PolicyRef | undefined;
  verdict: Loaded<readonly Line[]>;
  onChange: (part: { policies: PolicyRef[] } | { boundary: PolicyRef | undefined }) => void;
}

/** *Add permissions* of a role or user that is being made. What is missing can be added as one more policy. */
export function PermissionsStep({ kind, policies, boundary, verdict, onChange }: PermissionsStepProps) {
  return (
    <SpaceBetween size="l">
      <PolicyPicker
        chosen={policies}
        onChange={(chosen) => onChange({ policies: chosen })}
        below={(create) => (
          <AbilityCard
            title={abilities.willTitle[kind]}
            loaded={verdict}
            onAdd={({ add }) => create(JSON.stringify({ Version: "2012-10-17", Statement: add }, null, 2))}
          />
        )}
      />
      <BoundaryChoice kind={kind} chosen={boundary} onChange={(chosen) => onChange({ boundary: chosen })} />
    </SpaceBetween>
  );
}
