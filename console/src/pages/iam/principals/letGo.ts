/** The changes that come before somebody can be deleted: IAM deletes nobody who still holds a policy. */

import { changes as words } from "../../../strings/principals";
import type { Change } from "../calls";
import type { Held } from "./held";
import { attach, deleteInline, detach, putInline, type Principal } from "./principal";

export function lettingGo(of: Principal, held: readonly Held[]): Change[] {
  return held.map(({ arn, name, inline }) =>
    inline
      ? {
          title: words.deleteInline(name),
          call: deleteInline(of, name),
          undo: putInline(of, name, inline.document),
        }
      : { title: words.detach(name), call: detach(of, arn), undo: attach(of, arn) },
  );
}
