/** Sizes and kinds as the tables tell them. */

import { ecr } from "../../../strings/ecr";
import { isImageConfig, isIndex } from "./manifest";

/** The configuration of what has none: its own type stands in the manifest alone. */
const EMPTY = "application/vnd.oci.empty.v1+json";
const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** 1234567 as "1.23 MB". */
export function sizeTold(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  const amount = bytes / 1000 ** power;
  return `${power === 0 ? amount : amount.toFixed(2)} ${UNITS[power] ?? ""}`;
}

/** `mediaType` of the manifest, `artifactType` of its configuration or its own. */
export function kindOf(mediaType = "", artifactType = ""): string {
  if (isIndex(mediaType)) return ecr.image.index;
  if (!artifactType || isImageConfig(artifactType)) return ecr.image.image;
  return artifactType === EMPTY ? ecr.image.artifact : artifactType.replace(/^application\//, "");
}
