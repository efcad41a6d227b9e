import AttributeEditor, { type AttributeEditorProps } from "@cloudscape-design/components/attribute-editor";
import Input from "@cloudscape-design/components/input";
import { tagFields as words } from "../strings/tags";
import { MOST_TAGS, tagFaults, type Service, type Tag } from "./tags";

interface TagFieldsProps {
  tags: readonly Tag[];
  onChange: (tags: Tag[]) => void;
  /** Whether saving was tried: before that nobody is told of a key that they have yet to fill in. */
  tried: boolean;
  service?: Service;
}

/** Key and value of each tag, to be edited. */
export function TagFields({ tags, onChange, tried, service = "iam" }: TagFieldsProps) {
  const faults = tagFaults(tags, service);
  const field = (name: keyof Tag, label: string) => (tag: Tag, index: number) => (
    <Input
      value={tag[name] ?? ""}
      ariaLabel={label}
      spellcheck={false}
      autoComplete={false}
      onChange={({ detail }) => onChange(tags.map((one, at) => (at === index ? { ...one, [name]: detail.value } : one)))}
    />
  );
  const definition: AttributeEditorProps.FieldDefinition<Tag>[] = [
    {
      label: words.key,
      control: field("Key", words.key),
      errorText: ({ Key: key }, index) => (tried || key ? faults[index]?.key : undefined),
    },
    { label: words.optional, control: field("Value", words.value), errorText: (_, index) => faults[index]?.value },
  ];
  return (
    <AttributeEditor
      items={tags}
      definition={definition}
      addButtonText={words[service].add}
      removeButtonText={words.remove}
      removeButtonAriaLabel={({ Key: key = "" }) => words.removeTag(key)}
      disableAddButton={tags.length >= MOST_TAGS}
      additionalInfo={words.still(MOST_TAGS - tags.length)}
      empty={words[service].empty}
      onAddButtonClick={() => onChange([...tags, { Key: "", Value: "" }])}
      onRemoveButtonClick={({ detail }) => onChange(tags.filter((_, index) => index !== detail.itemIndex))}
    />
  );
}
