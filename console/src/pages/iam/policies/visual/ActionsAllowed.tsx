import Box from "@cloudscape-design/components/box";
import Checkbox from "@cloudscape-design/components/checkbox";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import TextFilter from "@cloudscape-design/components/text-filter";
import TokenGroup from "@cloudscape-design/components/token-group";
import { Fragment, useState } from "react";
import { actions as words, resources, serviceName } from "../../../../strings/policies";
import { LEVELS, taken, type Action, type Level, type Service } from "./catalogue";
import { toggled } from "./edit";
import type { Permission } from "./model";

interface ActionsAllowedProps {
  block: Permission;
  service: Service;
  onChange: (block: Permission) => void;
}

/** The service's actions by access level, each to be checked. */
export function ActionsAllowed({ block, service, onChange }: ActionsAllowedProps) {
  const [filter, setFilter] = useState("");
  const wanted = filter.trim().toLowerCase();
  const everything = `${service.service}:*`;
  const isEverything = block.actions.includes(everything);
  const written = new Set(block.actions.map((one) => one.toLowerCase()));
  const patterns = block.actions.filter((one) => /[*?]/.test(one));
  const byPattern = new Set(patterns.flatMap((one) => taken(one, service)).map(({ name }) => name));
  const fitting = service.actions.filter(({ name }) => name.toLowerCase().includes(wanted));
  const toggle = (actions: readonly Action[], on: boolean) => onChange(toggled(block, actions, on));
  return (
    <SpaceBetween size="s">
      <Header variant="h3" description={words.hint}>
        {words.title[block.effect]}
      </Header>
      <TextFilter
        filteringText={filter}
        filteringPlaceholder={words.filter}
        filteringAriaLabel={words.filter}
        filteringClearAriaLabel={words.clear}
        onChange={({ detail }) => setFilter(detail.filteringText)}
      />
      <Checkbox
        checked={isEverything}
        onChange={({ detail }) => onChange({ ...block, actions: detail.checked ? [everything] : [] })}
      >
        {words.all(serviceName(service.service), service.service)}
      </Checkbox>
      {patterns.length > 0 && !isEverything && (
        <FormField label={words.patterns}>
          <TokenGroup
            items={patterns.map((label) => ({ label, dismissLabel: resources.remove(label) }))}
            onDismiss={({ detail }) =>
              onChange({ ...block, actions: block.actions.filter((one) => one !== patterns[detail.itemIndex]) })
            }
          />
        </FormField>
      )}
      {fitting.length === 0 && <Box color="text-status-inactive">{words.none}</Box>}
      {LEVELS.map((level) => {
        const all = service.actions.filter((action) => action.level === level);
        const shown = fitting.filter((action) => action.level === level);
        return shown.length === 0 ? null : (
          <LevelSection
            key={level}
            level={level}
            all={all}
            shown={shown}
            open={wanted !== ""}
            isOn={({ name }) => written.has(name.toLowerCase()) || byPattern.has(name)}
            isFixed={({ name }) => byPattern.has(name)}
            onToggle={toggle}
          />
        );
      })}
    </SpaceBetween>
  );
}

interface LevelSectionProps {
  level: Level;
  all: readonly Action[];
  shown: readonly Action[];
  /** While a filter is set. */
  open: boolean;
  isOn: (action: Action) => boolean;
  /** A pattern takes it in. */
  isFixed: (action: Action) => boolean;
  onToggle: (actions: readonly Action[], on: boolean) => void;
}

function LevelSection({ level, all, shown, open, isOn, isFixed, onToggle }: LevelSectionProps) {
  const [expanded, setExpanded] = useState(false);
  const selected = all.filter(isOn).length;
  const isOpen = expanded || open;
  return (
    <ExpandableSection
      headerText={words.count(level, selected, all.length)}
      expanded={isOpen}
      onChange={({ detail }) => setExpanded(detail.expanded)}
    >
      {isOpen && (
        <SpaceBetween size="xs">
          <Checkbox
            checked={selected === all.length}
            indeterminate={selected > 0 && selected < all.length}
            disabled={all.every(isFixed)}
            onChange={({ detail }) => onToggle(all, detail.checked)}
          >
            {words.allOf(level)}
          </Checkbox>
          <ColumnLayout columns={3} minColumnWidth={220}>
            {shown.map((action) => (
              <Checkbox
                key={action.name}
                checked={isOn(action)}
                disabled={isFixed(action)}
                onChange={({ detail }) => onToggle([action], detail.checked)}
              >
                <Breakable name={action.name.split(":")[1] ?? ""} />
              </Checkbox>
            ))}
          </ColumnLayout>
        </SpaceBetween>
      )}
    </ExpandableSection>
  );
}

/** A long name that may go on in the next line between its words. */
function Breakable({ name }: { name: string }) {
  return name.split(/(?=[A-Z])/).map((word, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {word}
    </Fragment>
  ));
}
