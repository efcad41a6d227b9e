import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { BASE } from "../../../parts/go";
import { current } from "../../../session/session";
import { keys, secrets as words, users } from "../../../strings/users";
import { csvOf, profileOf, type Secrets } from "./secretFiles";

/** Secrets that are seen once: hidden until asked for, to be copied or saved. Whoever renders it forgets them. */
export function SecretFields({ secrets }: { secrets: Secrets }) {
  const { user, password, accessKeyId, secretAccessKey } = secrets;
  const url = `${location.origin}${BASE}/`;
  return (
    <SpaceBetween size="m">
      <Alert type="warning">{words.once}</Alert>
      <KeyValuePairs
        columns={1}
        items={[
          { label: users.name, value: user },
          ...(password === undefined
            ? []
            : [
                { label: words.url, value: url },
                { label: users.password, value: <Secret what={users.password} value={password} /> },
              ]),
          ...(accessKeyId === undefined ? [] : [{ label: keys.id, value: accessKeyId }]),
          ...(secretAccessKey === undefined
            ? []
            : [{ label: keys.secret, value: <Secret what={keys.secret} value={secretAccessKey} /> }]),
        ]}
      />
      <SpaceBetween direction="horizontal" size="xs">
        <Button iconName="download" onClick={() => save(`${user}_credentials.csv`, csvOf(secrets, url))}>
          {words.download}
        </Button>
        {secretAccessKey !== undefined && (
          <CopyToClipboard
            variant="button"
            copyButtonText={words.profile}
            copyButtonAriaLabel={words.copy(words.profile)}
            copySuccessText={words.copied}
            copyErrorText={words.notCopied}
            textToCopy={profileOf(secrets, current().region, location.origin)}
          />
        )}
      </SpaceBetween>
      {secretAccessKey !== undefined && <Box variant="small">{words.profileHint}</Box>}
    </SpaceBetween>
  );
}

function Secret({ what, value }: { what: string; value: string }) {
  const [isShown, setShown] = useState(false);
  return (
    <SpaceBetween direction="horizontal" size="xs" alignItems="center">
      <Box variant="code">{isShown ? value : "•".repeat(12)}</Box>
      <Button
        variant="inline-link"
        ariaLabel={isShown ? words.hideWhat(what) : words.showWhat(what)}
        onClick={() => setShown(!isShown)}
      >
        {isShown ? words.hide : words.show}
      </Button>
      <CopyToClipboard
        variant="icon"
        copyButtonAriaLabel={words.copy(what)}
        copySuccessText={words.copied}
        copyErrorText={words.notCopied}
        textToCopy={value}
      />
    </SpaceBetween>
  );
}

function save(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
