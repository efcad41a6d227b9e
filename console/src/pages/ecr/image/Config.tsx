import { GetDownloadUrlForLayerCommand } from "@aws-sdk/client-ecr";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useCallback } from "react";
import { ErrorBox } from "../../../parts/ErrorBox";
import { useLoad } from "../../../parts/useLoad";
import { ecr as client } from "../../../session/sdk";
import { PageLoading } from "../../../shell/PageLoading";
import { ecr } from "../../../strings/ecr";
import { Json, Pairs } from "./Json";
import { isImageConfig, readConfig, type Descriptor, type ImageConfig } from "./manifest";

const MOST = 4 * 1024 * 1024; // bytes of a configuration that is shown

interface ConfigProps {
  name: string;
  config: Descriptor;
}

/** How the image runs and was built; of an artifact the configuration as it is. */
export function Config({ name, config }: ConfigProps) {
  const { digest, size, mediaType } = config;
  const load = useCallback(() => (size > MOST ? Promise.resolve("") : blobOf(name, digest)), [name, digest, size]);
  const { value: text, error, again } = useLoad(load);
  const words = ecr.image;
  return (
    <Container header={<Header variant="h2" description={mediaType}>{words.config}</Header>}>
      {error !== undefined ? (
        <ErrorBox error={error} again={again} />
      ) : text === undefined ? (
        <PageLoading />
      ) : size > MOST ? (
        <Box variant="p">{words.tooLarge}</Box>
      ) : (
        <Read text={text} mediaType={mediaType} />
      )}
    </Container>
  );
}

function Read({ text, mediaType }: { text: string; mediaType: string }) {
  const config = isImageConfig(mediaType) ? readable(text) : undefined;
  const words = ecr.image;
  if (!config) return <Json text={text} label={words.config} />;
  const code = (told: string) => (told ? <Box variant="code">{told}</Box> : words.unset);
  return (
    <SpaceBetween size="m">
      <KeyValuePairs
        columns={2}
        items={[
          { label: words.platform, value: config.platform || words.unset },
          { label: words.created, value: momentTold(config.created) },
          { label: words.entrypoint, value: code(config.entrypoint) },
          { label: words.command, value: code(config.command) },
          { label: words.workingDirectory, value: code(config.workingDirectory) },
          { label: words.user, value: config.user || words.unset },
          { label: words.ports, value: config.ports.join(", ") || words.unset },
        ]}
      />
      <ExpandableSection headerText={words.environment} defaultExpanded>
        <Json text={config.environment.join("\n") || words.unset} label={words.environment} />
      </ExpandableSection>
      {config.labels.length > 0 && (
        <ExpandableSection headerText={words.labels}>
          <Pairs pairs={config.labels} />
        </ExpandableSection>
      )}
      {config.history.length > 0 && (
        <ExpandableSection headerText={words.history}>
          <ol>
            {config.history.map(({ by, created }, index) => (
              <li key={index}>
                {code(by)} {created && <Box variant="small">{momentTold(created)}</Box>}
              </li>
            ))}
          </ol>
        </ExpandableSection>
      )}
      <ExpandableSection headerText={words.raw}>
        <Json text={JSON.stringify(JSON.parse(text), null, 2)} label={words.raw} />
      </ExpandableSection>
    </SpaceBetween>
  );
}

function readable(text: string): ImageConfig | undefined {
  try {
    return readConfig(text);
  } catch {
    return undefined;
  }
}

function momentTold(text: string): string {
  const moment = new Date(text);
  return text && !Number.isNaN(moment.getTime()) ? moment.toLocaleString() : ecr.image.unset;
}

async function blobOf(repositoryName: string, layerDigest: string): Promise<string> {
  const asked = { repositoryName, layerDigest };
  const { downloadUrl = "" } = await client().send(new GetDownloadUrlForLayerCommand(asked));
  // The path alone: the server may call itself by another name than the one that this page was opened under.
  const response = await fetch(new URL(downloadUrl).pathname, { credentials: "omit", redirect: "error" });
  if (!response.ok) throw new Error(ecr.image.notGiven(response.status));
  return response.text();
}
