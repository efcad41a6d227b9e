import type { Plugin } from "vite";

const ALL = /@cloudscape-design\/components\/i18n\/messages\/all\.en\.js$/;
/** Components of Cloudscape that no page has: each has texts, all of which would be loaded first of all. */
const UNUSED = new Set([
  "[charts]",
  "annotation-context",
  "area-chart",
  "calendar",
  "cards",
  "collection-preferences",
  "date-picker",
  "date-range-picker",
  "file-token-group",
  "file-upload",
  "help-panel",
  "pie-chart",
  "prompt-input",
  "property-filter",
  "s3-resource-selector",
  "slider",
  "split-panel",
  "tag-editor",
  "tree-view",
  "tutorial-panel",
]);

/** Leaves Cloudscape's texts for components that aren't used out of the build. */
export function usedMessages(): Plugin {
  return {
    name: "used-messages",
    apply: "build",
    transform(code, id) {
      if (!ALL.test(id)) return null;
      const written = /\{.*\}/s.exec(code)?.[0];
      if (written === undefined) throw new Error(`${id} is no longer one object: see messages.ts`);
      const used = JSON.stringify(JSON.parse(written), (name, value: unknown) => (UNUSED.has(name) ? undefined : value));
      return { code: `export default ${used};`, map: null };
    },
  };
}
