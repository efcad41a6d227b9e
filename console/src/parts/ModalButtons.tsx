import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";

interface ModalButtonsProps {
  cancel: string;
  onCancel: () => void;
  submit: string;
  onSubmit: () => void;
  disabled?: boolean;
  loading?: boolean;
}

/** The footer of a question over the page: the way back, and the one thing that it does. */
export function ModalButtons({ cancel, onCancel, submit, onSubmit, disabled = false, loading = false }: ModalButtonsProps) {
  return (
    <Box float="right">
      <SpaceBetween direction="horizontal" size="xs">
        <Button variant="link" onClick={onCancel}>
          {cancel}
        </Button>
        <Button variant="primary" disabled={disabled} loading={loading} onClick={onSubmit}>
          {submit}
        </Button>
      </SpaceBetween>
    </Box>
  );
}
