import AttributeEditor from "@cloudscape-design/components/attribute-editor";
import Autosuggest from "@cloudscape-design/components/autosuggest";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Textarea from "@cloudscape-design/components/textarea";
import { conditions as words } from "../../../../strings/policies";
import { keyNamed, operatorsFor, type Service } from "./catalogue";
import type { Condition, Permission } from "./model";

interface ConditionsProps {
  block: Permission;
  service: Service;
  onChange: (block: Permission) => void;
}

/** Key, operator and values; any text may be typed, known ones are suggested. */
export function Conditions({ block, service, onChange }: ConditionsProps) {
  const { conditions } = block;
  const put = (index: number, part: Partial<Condition>) =>
    onChange({ ...block, conditions: conditions.map((one, at) => (at === index ? { ...one, ...part } : one)) });
  const keys = [...service.conditionKeys, ...service.globalConditionKeys].map(({ name }) => ({ value: name }));
  return (
    <ExpandableSection headerText={words.title} headerDescription={words.hint} defaultExpanded={conditions.length > 0}>
      <AttributeEditor
        items={conditions}
        addButtonText={words.add}
        removeButtonText={words.remove}
        removeButtonAriaLabel={({ key }) => words.removeOf(key)}
        empty={words.none}
        onAddButtonClick={() =>
          onChange({ ...block, conditions: [...conditions, { operator: "", key: "", values: [] }] })
        }
        onRemoveButtonClick={({ detail }) =>
          onChange({ ...block, conditions: conditions.filter((_, index) => index !== detail.itemIndex) })
        }
        definition={[
          {
            label: words.key,
            control: ({ key }, index) => (
              <Autosuggest
                value={key}
                options={keys}
                enteredTextLabel={words.use}
                onChange={({ detail }) => put(index, { key: detail.value })}
              />
            ),
          },
          {
            label: words.operator,
            control: ({ operator, key }, index) => (
              <Autosuggest
                value={operator}
                options={operatorsFor(keyNamed(key, service)).map((value) => ({ value }))}
                enteredTextLabel={words.use}
                onChange={({ detail }) => put(index, { operator: detail.value })}
              />
            ),
          },
          {
            label: words.values,
            constraintText: words.valuesHint,
            control: ({ values }, index) => (
              <Textarea
                value={values.join("\n")}
                rows={Math.max(1, values.length)}
                onChange={({ detail }) => put(index, { values: detail.value === "" ? [] : detail.value.split("\n") })}
              />
            ),
          },
        ]}
      />
    </ExpandableSection>
  );
}
