/** The calls that delete a policy: IAM deletes none that somebody has or that has other versions than the default. */

import type { PolicyVersion } from "@aws-sdk/client-iam";
import { deletion, policyChanges as words } from "../../../strings/policy";
import { call, type Change } from "../calls";
import { nameOf } from "../principals/principal";
import { said, takingAway, type Entity } from "./entity";

export function changesToDelete(arn: string, held: readonly Entity[], versions: readonly PolicyVersion[]): Change[] {
  return [
    ...held.map((entity) => takingAway(arn, entity)),
    ...others(versions).map((id) => deletingVersion(arn, id)),
    { title: words.delete(nameOf(arn)), call: call("DeletePolicy", { PolicyArn: arn }) },
  ];
}

export function deletingVersion(arn: string, id: string): Change {
  const input = { PolicyArn: arn, VersionId: id };
  return { title: words.deleteVersion(id), call: call("DeletePolicyVersion", input), lasting: true };
}

/** All that goes with the policy, in sentences. */
export function warningFor(held: readonly Entity[], versions: readonly PolicyVersion[]): string {
  const by = (usage: Entity["usage"]) => held.filter((entity) => entity.usage === usage).map(said).join(", ");
  const [attached, bounded, ids] = [by("permissions"), by("boundary"), others(versions).join(", ")];
  const sentences = [
    attached && deletion.detached(attached),
    bounded && deletion.unbound(bounded),
    ids && deletion.versions(ids),
  ].filter(Boolean);
  return held.length === 0 ? [deletion.nothingElse, ...sentences].join(" ") : sentences.join(" ");
}

function others(versions: readonly PolicyVersion[]): string[] {
  return versions.flatMap(({ VersionId: id = "", IsDefaultVersion: isDefault }) => (isDefault ? [] : [id]));
}
