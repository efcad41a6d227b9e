import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { failureOf } from "../api/failure";
import { errorBox } from "../strings/shell";
import { GoLink } from "./GoLink";

/** What the server said, word for word, with the id of the refusal and the way to its explanation. */
export function ErrorBox({ error, title, again }: { error: unknown; title?: string; again?: () => void }) {
  const failure = failureOf(error);
  const id = failure.why ?? failure.requestId;
  return (
    <Alert
      type="error"
      header={title ?? errorBox.title}
      action={again && <Button onClick={again}>{errorBox.again}</Button>}
    >
      <Box variant="p">{failure.message}</Box>
      {failure.why && <GoLink to={`/access/why?id=${failure.why}`}>{errorBox.why}</GoLink>}
      {id && (
        <Box variant="small" display="block">
          {failure.why ? errorBox.id(id) : errorBox.requestId(id)}
        </Box>
      )}
    </Alert>
  );
}
