import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import { flash } from "../../../parts/flash";
import { profiles as words } from "../../../strings/profiles";
import { call } from "../calls";
import { run } from "../run";
import { Dialog } from "../principals/Dialog";
import { RoleSelect } from "./RoleSelect";

interface ProfileRoleProps {
  profile: string;
  /** The one that it holds: there is room for one. */
  role: string | undefined;
  again: () => void;
}

/** Puts a role into a profile, or takes it out. */
export function ProfileRole({ profile, role, again }: ProfileRoleProps) {
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState("");
  const [isTried, setTried] = useState(false);

  function finish(said: string): void {
    setOpen(false);
    flash("success", said);
    again();
  }

  function add(): Promise<unknown> | undefined {
    setTried(true);
    if (!chosen) return undefined;
    return run(call("AddRoleToInstanceProfile", { InstanceProfileName: profile, RoleName: chosen }));
  }

  return (
    <>
      <Button onClick={() => setOpen(true)}>{role === undefined ? words.add : words.remove}</Button>
      {isOpen && role === undefined && (
        <Dialog
          title={words.add}
          submit={words.add}
          change={add}
          onDone={() => finish(words.added(chosen))}
          onCancel={() => setOpen(false)}
        >
          <RoleSelect
            label={words.role}
            role={chosen}
            onChange={setChosen}
            fault={isTried && !chosen ? words.missingRole : undefined}
          />
        </Dialog>
      )}
      {isOpen && role !== undefined && (
        <Dialog
          title={words.removeTitle(role)}
          submit={words.remove}
          change={() =>
            run(call("RemoveRoleFromInstanceProfile", { InstanceProfileName: profile, RoleName: role }))
          }
          onDone={() => finish(words.removed(role))}
          onCancel={() => setOpen(false)}
        >
          <Box variant="p">{words.removeHint}</Box>
        </Dialog>
      )}
    </>
  );
}
