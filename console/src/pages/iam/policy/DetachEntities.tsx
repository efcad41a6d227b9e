import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import { useRef } from "react";
import { entities as words } from "../../../strings/policy";
import { Dialog } from "../principals/Dialog";
import type { PolicyRef } from "../principals/principal";
import { run } from "../run";
import { idOf, said, takeAway, type Entity } from "./entity";

interface DetachEntitiesProps {
  policy: PolicyRef;
  entities: readonly Entity[];
  onDone: () => void;
  onCancel: () => void;
}

export function DetachEntities({ policy, entities, onDone, onCancel }: DetachEntitiesProps) {
  const detached = useRef(new Set<string>());
  const attached = entities.filter(({ usage }) => usage === "permissions");
  const bounded = entities.filter(({ usage }) => usage === "boundary");

  // After a refusal the next try goes on behind what it has detached already.
  async function detachAll(): Promise<void> {
    for (const entity of entities) {
      if (detached.current.has(idOf(entity))) continue;
      await run(takeAway(policy.arn, entity));
      detached.current.add(idOf(entity));
    }
  }

  return (
    <Dialog
      title={words.detachTitle(entities.length)}
      submit={words.detach}
      change={detachAll}
      onDone={onDone}
      onCancel={onCancel}
    >
      {attached.length > 0 && (
        <Box variant="p">
          {words.detachHint} {attached.map(said).join(", ")}
        </Box>
      )}
      {bounded.length > 0 && <Alert type="warning">{words.unbound(bounded.map(said).join(", "))}</Alert>}
    </Dialog>
  );
}
