import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import RadioGroup from "@cloudscape-design/components/radio-group";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { ErrorBox } from "../../../../parts/ErrorBox";
import type { Loaded } from "../../../../parts/useLoad";
import { block as words, editor, serviceName } from "../../../../strings/policies";
import type { Draft } from "../useDraft";
import { ActionsAllowed } from "./ActionsAllowed";
import { Conditions } from "./Conditions";
import { EMPTY, type Permission } from "./model";
import { Resources } from "./Resources";
import { gapOf } from "./write";

interface PermissionBlockProps {
  block: Permission;
  /** Every service prefix. */
  names: Loaded<readonly string[]>;
  draft: Draft;
  tried: boolean;
  onChange: (block: Permission) => void;
  onRemove: () => void;
}

export function PermissionBlock({ block, names, draft, tried, onChange, onRemove }: PermissionBlockProps) {
  const service = draft.services.get(block.service);
  const gap = gapOf(block, draft.starOnly);
  const title = block.service ? serviceName(block.service) : words.new;
  return (
    <Container
      header={
        <Header
          variant="h3"
          description={block.service ? undefined : words.serviceHint}
          actions={
            <Button ariaLabel={block.service ? words.remove(title) : words.removeIt} onClick={onRemove}>
              {words.removeIt}
            </Button>
          }
        >
          {title}
        </Header>
      }
    >
      <SpaceBetween size="l">
        {names.error !== undefined ? (
          <ErrorBox error={names.error} again={names.again} />
        ) : (
          <FormField label={words.new}>
            <Select
              selectedOption={block.service ? optionOf(block.service) : null}
              options={(names.value ?? []).map(optionOf).sort((one, other) => one.label.localeCompare(other.label))}
              statusType={names.loading ? "loading" : "finished"}
              loadingText={editor.loadingServices}
              placeholder={words.find}
              filteringType="auto"
              filteringAriaLabel={words.find}
              virtualScroll
              onChange={({ detail }) => {
                const prefix = detail.selectedOption.value ?? "";
                if (prefix === block.service) return;
                onChange({ ...EMPTY, service: prefix, effect: block.effect });
                void draft.load(prefix);
              }}
            />
          </FormField>
        )}
        {block.service && !service && !draft.trouble && (
          <StatusIndicator type="loading">{editor.loading}</StatusIndicator>
        )}
        {service && (
          <SpaceBetween size="l">
            <FormField label={words.effect}>
              <RadioGroup
                direction="horizontal"
                value={block.effect}
                items={[
                  { value: "Allow", label: words.Allow },
                  { value: "Deny", label: words.Deny },
                ]}
                onChange={({ detail }) => onChange({ ...block, effect: detail.value === "Deny" ? "Deny" : "Allow" })}
              />
            </FormField>
            <ActionsAllowed block={block} service={service} onChange={onChange} />
            <Resources block={block} service={service} starOnly={draft.starOnly} onChange={onChange} />
            <Conditions block={block} service={service} onChange={onChange} />
          </SpaceBetween>
        )}
        {tried && gap && <Alert type="error">{words.gaps[gap]}</Alert>}
      </SpaceBetween>
    </Container>
  );
}

function optionOf(prefix: string) {
  const label = serviceName(prefix);
  return { value: prefix, label, ...(label !== prefix && { description: prefix }) };
}
