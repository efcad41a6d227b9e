import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import Header from "@cloudscape-design/components/header";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import TokenGroup from "@cloudscape-design/components/token-group";
import { useState } from "react";
import { accountOf, current } from "../../../../session/session";
import { resources as words } from "../../../../strings/policies";
import { AddArns } from "./AddArns";
import { anyIn, typesFor, type ResourceType, type Service } from "./catalogue";
import type { Permission, StarOnly } from "./model";

interface ResourcesProps {
  block: Permission;
  service: Service;
  starOnly: StarOnly;
  onChange: (block: Permission) => void;
}

/** All, or ARNs of the kinds of resources on which the actions are decided. */
export function Resources({ block, service, starOnly, onChange }: ResourcesProps) {
  const { actions, resources } = block;
  const arns = resources === "all" ? [] : resources;
  const alone = actions.filter(starOnly);
  const onlyStar = actions.length > 0 && alone.length === actions.length;
  const put = (next: readonly string[]) => onChange({ ...block, resources: [...new Set(next)] });
  return (
    <SpaceBetween size="s">
      <Header variant="h3" description={words.hint}>
        {words.title}
      </Header>
      <RadioGroup
        ariaLabel={words.title}
        value={resources === "all" ? "all" : "specific"}
        items={[
          { value: "all", label: words.all },
          { value: "specific", label: words.specific },
        ]}
        onChange={({ detail }) => onChange({ ...block, resources: detail.value === "all" ? "all" : [] })}
      />
      {resources !== "all" && (
        <SpaceBetween size="s">
          {onlyStar ? (
            <Box variant="p">{words.anyStar}</Box>
          ) : (
            typesFor(actions, service).map((type) => <OfType key={type.name} type={type} arns={arns} onChange={put} />)
          )}
          {arns.length > 0 && (
            <TokenGroup
              items={arns.map((label) => ({ label, dismissLabel: words.remove(label) }))}
              onDismiss={({ detail }) => put(arns.filter((_, index) => index !== detail.itemIndex))}
            />
          )}
          {!onlyStar && alone.length > 0 && <Box variant="small">{words.alsoStar(alone)}</Box>}
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
}

interface OfTypeProps {
  type: ResourceType;
  arns: readonly string[];
  onChange: (arns: readonly string[]) => void;
}

function OfType({ type, arns, onChange }: OfTypeProps) {
  const [isOpen, setOpen] = useState(false);
  const any = type.arns.map((arn) => anyIn(accountOf(current()), arn));
  return (
    <SpaceBetween direction="horizontal" size="m" alignItems="center">
      <Box variant="strong">{type.name}</Box>
      <Checkbox
        ariaLabel={words.anyOf(type.name)}
        checked={any.every((arn) => arns.includes(arn))}
        onChange={({ detail }) =>
          onChange(detail.checked ? [...arns, ...any] : arns.filter((arn) => !any.includes(arn)))
        }
      >
        {words.anyHere}
      </Checkbox>
      <Button ariaLabel={words.addArnsFor(type.name)} onClick={() => setOpen(true)}>
        {words.addArns}
      </Button>
      {isOpen && (
        <AddArns
          type={type}
          onAdd={(arn) => {
            setOpen(false);
            onChange([...arns, arn]);
          }}
          onCancel={() => setOpen(false)}
        />
      )}
    </SpaceBetween>
  );
}
