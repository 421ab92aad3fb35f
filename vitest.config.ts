import { defineConfig } from "vitest/config";

/** What `--mode` runs: `npm test` needs npm packages only, the others need a tool that they look for. */
const SUITES: Readonly<Record<string, { include: string[]; globalSetup?: string[] }>> = {
  test: { include: ["test/**/*.test.ts"] },
  peer: { include: ["test/peer/**/*.peer.ts"], globalSetup: ["test/peer/setup.ts"] },
  tools: { include: ["test/tools/**/*.tools.ts"], globalSetup: ["test/tools/setup.ts"] },
  "official-ui": { include: ["test/browser/**/*.official.ts"] },
  browser: { include: ["test/browser/**/*.browser.ts"], globalSetup: ["test/browser/setup.ts"] },
};

// What comes from a cache of compiled code is counted less exactly.
if (process.argv.some((argument) => argument.startsWith("--coverage"))) {
  process.env["NODE_DISABLE_COMPILE_CACHE"] = "1";
}

export default defineConfig(({ mode }) => ({
  test: {
    ...(SUITES[mode] ?? SUITES["test"]),
    setupFiles: ["test/setup.ts"],
    // Real files and processes: an unlucky moment of a busy machine must not look like a failure.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
    // Half of them by default, which suits a desk, not a machine with two.
    maxWorkers: "100%",
    // A worker runs many files, and reads the engine once instead of for each: a third of the processor time. Files
    // share module state as the apps of one program do.
    isolate: false,
    passWithNoTests: false,
    // Node runs the TypeScript itself, as it does for users: extensions then share the engine's classes.
    experimental: { viteModuleRunner: false },
    coverage: { include: ["src/**/*.ts", "hooks/**/*.ts"] },
  },
}));
