/** The calls that delete a role with all that hangs on it. */

import { roleChanges } from "../../../strings/roles";
import { call, type Change } from "../calls";
import type { Held } from "../principals/held";
import { lettingGo } from "../principals/letGo";

/** The instance profile of the role's own name goes too, as with AWS's console; others stay, empty. */
export function changesToDelete(name: string, held: readonly Held[], profiles: readonly string[]): Change[] {
  const removed = profiles.map((profile): Change => {
    const both = { InstanceProfileName: profile, RoleName: name };
    return {
      title: roleChanges.removeFromProfile(profile),
      call: call("RemoveRoleFromInstanceProfile", both),
      undo: call("AddRoleToInstanceProfile", both),
    };
  });
  const itsOwn: Change = {
    title: roleChanges.deleteProfile(name),
    call: call("DeleteInstanceProfile", { InstanceProfileName: name }),
    undo: call("CreateInstanceProfile", { InstanceProfileName: name }),
  };
  return [
    ...removed,
    ...(profiles.includes(name) ? [itsOwn] : []),
    ...lettingGo({ kind: "role", name }, held),
    { title: roleChanges.delete(name), call: call("DeleteRole", { RoleName: name }) },
  ];
}
