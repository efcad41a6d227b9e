import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { ModalButtons } from "../../../../parts/ModalButtons";
import { accountOf, current } from "../../../../session/session";
import { resources as words } from "../../../../strings/policies";
import { filled, partsOf, type ResourceType } from "./catalogue";

interface AddArnsProps {
  type: ResourceType;
  onAdd: (arn: string) => void;
  onCancel: () => void;
}

/** An ARN by its parts, or as a text. */
export function AddArns({ type, onAdd, onCancel }: AddArnsProps) {
  const pattern = type.arns[0] ?? "*";
  const [values, setValues] = useState<Record<string, string>>({ Account: accountOf(current()) });
  const [typed, setTyped] = useState<string>();
  const arn = (typed ?? filled(pattern, values)).trim();
  return (
    <Modal
      visible
      header={words.addArnsFor(type.name)}
      onDismiss={onCancel}
      footer={
        <ModalButtons
          cancel={words.cancel}
          onCancel={onCancel}
          submit={words.addArns}
          onSubmit={() => onAdd(arn)}
          disabled={arn === ""}
        />
      }
    >
      <SpaceBetween size="m">
        {partsOf(pattern).map((part) => (
          <FormField key={part} label={part}>
            <Input
              value={values[part] ?? ""}
              placeholder={words.any}
              onChange={({ detail }) => {
                setValues({ ...values, [part]: detail.value });
                setTyped(undefined);
              }}
            />
          </FormField>
        ))}
        <FormField label={words.arn} description={words.blank}>
          <Input value={arn} onChange={({ detail }) => setTyped(detail.value)} />
        </FormField>
      </SpaceBetween>
    </Modal>
  );
}
