import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { useRouteError } from "react-router";
import { failures } from "../strings/shell";
import { GoLink } from "./GoLink";
import { shell } from "../strings/shell";

/** Stands in a page's place when its chunk could not be loaded or its code failed. */
export function PageFailed() {
  const error = useRouteError();
  const gone = error instanceof TypeError && /import|module|fetch/i.test(error.message);
  return (
    <Box padding="l">
      <Alert
        type="error"
        header={gone ? failures.pageGone : failures.broken}
        action={<Button onClick={() => location.reload()}>{failures.reload}</Button>}
      >
        {gone ? failures.pageGoneHint : String(error)}
      </Alert>
    </Box>
  );
}

export function NotFound() {
  return (
    <Box padding="l">
      <Box variant="h1">{failures.notFound}</Box>
      <Box variant="p">{failures.notFoundHint}</Box>
      <GoLink to="/">{shell.home}</GoLink>
    </Box>
  );
}
