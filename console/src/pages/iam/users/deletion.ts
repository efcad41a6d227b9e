/** The calls that delete a user with all that hangs on it. */

import { userChanges } from "../../../strings/users";
import { call, type Change } from "../calls";
import type { Held } from "../principals/held";
import { lettingGo } from "../principals/letGo";

/** What can't be made again, key and password, goes after what can. */
export function changesToDelete(
  name: string,
  held: readonly Held[],
  keyIds: readonly string[],
  hasPassword: boolean,
): Change[] {
  const user = { UserName: name };
  return [
    ...lettingGo({ kind: "user", name }, held),
    ...(hasPassword ? [{ title: userChanges.deletePassword, call: call("DeleteLoginProfile", user) }] : []),
    ...keyIds.map((id) => ({
      title: userChanges.deleteKey(id),
      call: call("DeleteAccessKey", { ...user, AccessKeyId: id }),
    })),
    { title: userChanges.delete(name), call: call("DeleteUser", user) },
  ];
}
