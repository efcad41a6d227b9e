import AttributeEditor, { type AttributeEditorProps } from "@cloudscape-design/components/attribute-editor";
import Input from "@cloudscape-design/components/input";
import { ecr } from "../../strings/ecr";
import { faultsOfTags, MOST_TAGS, type Tag } from "./tags";

interface TagFieldsProps {
  tags: readonly Tag[];
  onChange: (tags: Tag[]) => void;
}

export function TagFields({ tags, onChange }: TagFieldsProps) {
  const words = ecr.tags;
  const faults = faultsOfTags(tags);
  const field = (name: keyof Tag, label: string) => (tag: Tag, index: number) => (
    <Input
      value={tag[name]}
      ariaLabel={label}
      spellcheck={false}
      autoComplete={false}
      onChange={({ detail }) => onChange(tags.map((one, at) => (at === index ? { ...one, [name]: detail.value } : one)))}
    />
  );
  const definition: AttributeEditorProps.FieldDefinition<Tag>[] = [
    { label: words.key, control: field("Key", words.key), errorText: (_, index) => faults[index]?.key },
    { label: words.optional, control: field("Value", words.value), errorText: (_, index) => faults[index]?.value },
  ];
  return (
    <AttributeEditor
      items={tags}
      definition={definition}
      addButtonText={words.add}
      removeButtonText={words.remove}
      removeButtonAriaLabel={(tag) => words.removeOne(tag.Key)}
      disableAddButton={tags.length >= MOST_TAGS}
      onAddButtonClick={() => onChange([...tags, { Key: "", Value: "" }])}
      onRemoveButtonClick={({ detail }) => onChange(tags.filter((_, index) => index !== detail.itemIndex))}
      empty={words.none}
      additionalInfo={tags.length >= MOST_TAGS ? words.tooMany : undefined}
    />
  );
}
