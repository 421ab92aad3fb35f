import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vite";
import { readmePage } from "./readme-page.ts";

const PACKAGE = join(import.meta.dirname, "../../package.json");
const { version }: { version: string } = JSON.parse(readFileSync(PACKAGE, "utf8"));

/** The admin pages, and the component kit beside them at a fixed name for the pages of extensions. */
export default defineConfig({
  root: join(import.meta.dirname, "admin"),
  // Served at /_/, and below another prefix when a proxy adds one.
  base: "./",
  logLevel: "warn",
  define: { __VERSION__: JSON.stringify(version) },
  plugins: [readmePage()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2023",
    // Keeps light-dark() and nesting as they are.
    cssTarget: ["chrome125", "firefox128", "safari17.5"],
    // The content policy allows no data: addresses for fonts and scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    emptyOutDir: true,
    rolldownOptions: {
      input: {
        admin: join(import.meta.dirname, "admin/index.html"),
        docs: join(import.meta.dirname, "admin/docs/index.html"),
        kit: join(import.meta.dirname, "kit/index.ts"),
      },
      preserveEntrySignatures: "strict",
      checks: { pluginTimings: false },
      output: {
        entryFileNames: (chunk) => (chunk.name === "kit" ? "kit.js" : "assets/[name]-[hash].js"),
        // A few files instead of one for each module that two screens use.
        codeSplitting: {
          groups: [
            { name: "kit", test: /node_modules|[\\/]ui[\\/]kit[\\/]/ },
            {
              name: "shell",
              test: /[\\/]admin[\\/](?:shell|api|data|extensions|i18n[\\/](?:en[\\/.]|catalogue|language|pseudo))/,
            },
          ],
        },
        chunkFileNames: "assets/[name]-[hash].js",
        assetFileNames: "assets/[name]-[hash][extname]",
      },
    },
  },
});
