/** What a manifest and a configuration say, read without trusting them: anybody who may push wrote them. */

export interface Descriptor {
  digest: string;
  mediaType: string;
  size: number;
  artifactType?: string;
  platform?: string;
}

export interface Manifest {
  /** The document with line breaks, to be read. */
  text: string;
  layers: Descriptor[];
  /** Of an index: what it names. */
  manifests: Descriptor[];
  isIndex: boolean;
  config?: Descriptor;
  artifactType?: string;
  annotations: [string, string][];
}

/** Of an image; lists and texts are empty where the configuration doesn't say. */
export interface ImageConfig {
  platform: string;
  created: string;
  user: string;
  workingDirectory: string;
  entrypoint: string;
  command: string;
  environment: string[];
  ports: string[];
  labels: [string, string][];
  history: { by: string; created: string; empty: boolean }[];
}

type Fields = Record<string, unknown>;

const INDEXES = ["application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"];
const CONFIGS = ["application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"];

/** Throws SyntaxError or TypeError for what is no manifest. */
export function readManifest(text: string): Manifest {
  const found = JSON.parse(text) as unknown;
  if (!isFields(found)) throw new TypeError("a manifest is a JSON object");
  const manifests = listOf(found.manifests).map(described);
  const config = isFields(found.config) ? described(found.config) : undefined;
  const artifactType = textOf(found.artifactType);
  return {
    text: JSON.stringify(found, null, 2),
    layers: [...listOf(found.layers), ...listOf(found.blobs)].map(described),
    manifests,
    isIndex: isIndex(textOf(found.mediaType)) || (Array.isArray(found.manifests) && !config),
    annotations: pairsOf(found.annotations),
    ...(config && { config }),
    ...(artifactType && { artifactType }),
  };
}

export function isIndex(mediaType: string): boolean {
  return INDEXES.includes(mediaType);
}

/** Whether the configuration is one of a container image, which `readConfig` can read. */
export function isImageConfig(mediaType: string): boolean {
  return CONFIGS.includes(mediaType);
}

export function readConfig(text: string): ImageConfig {
  const found = fieldsOf(JSON.parse(text) as unknown);
  const config = fieldsOf(found.config);
  return {
    platform: platformOf(found),
    created: textOf(found.created),
    user: textOf(config.User),
    workingDirectory: textOf(config.WorkingDir),
    entrypoint: wordsOf(config.Entrypoint),
    command: wordsOf(config.Cmd),
    environment: textsOf(config.Env),
    ports: Object.keys(fieldsOf(config.ExposedPorts)),
    labels: pairsOf(config.Labels),
    history: listOf(found.history).map((step) => ({
      by: textOf(step.created_by) || textOf(step.comment),
      created: textOf(step.created),
      empty: step.empty_layer === true,
    })),
  };
}

function described(found: Fields): Descriptor {
  const artifactType = textOf(found.artifactType);
  const platform = isFields(found.platform) ? platformOf(found.platform) : "";
  return {
    digest: textOf(found.digest),
    mediaType: textOf(found.mediaType),
    size: typeof found.size === "number" ? found.size : 0,
    ...(artifactType && { artifactType }),
    ...(platform && { platform }),
  };
}

function platformOf(found: Fields): string {
  return ["os", "architecture", "variant"].map((name) => textOf(found[name])).filter(Boolean).join("/");
}

/** A command's words, as a shell would have to be given them. */
function wordsOf(value: unknown): string {
  if (typeof value === "string") return value;
  return textsOf(value)
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(" ");
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];
}

function pairsOf(value: unknown): [string, string][] {
  return Object.entries(fieldsOf(value)).map(([name, text]) => [name, textOf(text)]);
}
