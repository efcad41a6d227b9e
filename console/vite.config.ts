import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { fontFiles } from "./fonts.ts";
import { usedMessages } from "./messages.ts";
import { precompress } from "./precompress.ts";

export default defineConfig({
  base: "/console/",
  plugins: [react(), usedMessages(), fontFiles(), precompress()],
  // `npm run dev`: the pages from Vite, everything else from a server that runs.
  server: { proxy: { "^/(api/|$)": { target: process.env.DOCKREEVE_SERVER ?? "http://127.0.0.1:5150" } } },
  build: {
    outDir: fileURLToPath(new URL("../src/dockreeve/console_assets", import.meta.url)),
    emptyOutDir: true,
    assetsInlineLimit: 0, // the CSP lets no script and hardly any data: through
    target: "es2022",
    chunkSizeWarningLimit: 2000, // the budgets are tests/console/test_build.py's
    manifest: true, // tests/console/test_build.py reads it
    license: { fileName: "licenses.md" },
  },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
