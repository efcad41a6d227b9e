import { createHash } from "node:crypto";
import type { Plugin } from "vite";

/** No component writes in these. */
const UNUSED = /@font-face\{font-family:Open Sans;font-weight:(?:300|700|800);font-style:italic;[^}]*\}/g;
const INLINE = /url\(["']?data:font\/woff2;base64,([A-Za-z0-9+/=]+)["']?\)/g;

/** Fonts that a package wrote into its CSS become files: a browser then loads only the weights that a page shows. */
export function fontFiles(): Plugin {
  let base = "/";
  return {
    name: "font-files",
    apply: "build",
    configResolved: (config) => {
      base = config.base;
    },
    generateBundle(_, bundle) {
      for (const asset of Object.values(bundle)) {
        if (asset.type !== "asset" || !asset.fileName.endsWith(".css")) continue;
        asset.source = String(asset.source).replace(UNUSED, "").replace(INLINE, (_, encoded: string) => {
          const source = Buffer.from(encoded, "base64");
          const fileName = `assets/font-${createHash("sha256").update(source).digest("base64url").slice(0, 8)}.woff2`;
          this.emitFile({ type: "asset", fileName, source });
          return `url(${base}${fileName})`;
        });
      }
    },
  };
}
