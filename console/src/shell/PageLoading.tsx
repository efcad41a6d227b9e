import Box from "@cloudscape-design/components/box";
import Spinner from "@cloudscape-design/components/spinner";
import { shell } from "../strings/shell";

export function PageLoading() {
  return (
    <Box padding="xxl" textAlign="center">
      <span role="status" aria-label={shell.loadingPage}>
        <Spinner size="large" />
      </span>
    </Box>
  );
}
