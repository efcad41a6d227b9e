import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { Component, type ReactNode } from "react";
import { failures, shell } from "../strings/shell";
import { GoLink } from "./GoLink";

interface Failing {
  error?: unknown;
}

/** Shows `PageFailed` in the place of a page whose chunk could not be loaded or whose code failed. */
export class PageBoundary extends Component<{ children: ReactNode }, Failing> {
  override state: Failing = {};

  static getDerivedStateFromError(error: unknown): Failing {
    return { error };
  }

  override render(): ReactNode {
    return this.state.error === undefined ? this.props.children : <PageFailed error={this.state.error} />;
  }
}

function PageFailed({ error }: { error: unknown }) {
  // What browsers throw for a chunk that is gone: after an update of the server it has another name.
  const gone = error instanceof TypeError && /dynamically imported module|module script/i.test(error.message);
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
