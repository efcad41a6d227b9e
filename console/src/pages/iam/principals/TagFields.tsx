import type { Tag } from "@aws-sdk/client-iam";
import AttributeEditor from "@cloudscape-design/components/attribute-editor";
import Input from "@cloudscape-design/components/input";
import { tags as words } from "../../../strings/principals";
import { MOST_TAGS, tagFaults } from "./tagList";

interface TagFieldsProps {
  tags: readonly Tag[];
  onChange: (tags: Tag[]) => void;
  /** Whether saving was tried: before that nobody is told of a field that they have yet to fill in. */
  tried?: boolean;
}

/** Key and value of each tag, to be edited. */
export function TagFields({ tags, onChange, tried = false }: TagFieldsProps) {
  const faults = tagFaults(tags);
  const put = (index: number, part: Partial<Tag>) =>
    onChange(tags.map((tag, at) => ({ Key: tag.Key, Value: tag.Value, ...(at === index && part) })));
  return (
    <AttributeEditor
      items={tags}
      addButtonText={words.add}
      removeButtonText={words.remove}
      removeButtonAriaLabel={({ Key: key = "" }) => words.removeTag(key)}
      disableAddButton={tags.length >= MOST_TAGS}
      additionalInfo={words.still(MOST_TAGS - tags.length)}
      empty={words.empty}
      onAddButtonClick={() => onChange([...tags, { Key: "", Value: "" }])}
      onRemoveButtonClick={({ detail }) => onChange(tags.filter((_, index) => index !== detail.itemIndex))}
      definition={[
        {
          label: words.key,
          control: ({ Key: key = "" }, index) => (
            <Input value={key} onChange={({ detail }) => put(index, { Key: detail.value })} />
          ),
          errorText: (_, index) => (tried ? faults[index] : undefined),
        },
        {
          label: words.value,
          control: ({ Value: value = "" }, index) => (
            <Input value={value} onChange={({ detail }) => put(index, { Value: detail.value })} />
          ),
        },
      ]}
    />
  );
}
