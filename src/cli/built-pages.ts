import { spawn } from "node:child_process";
import { existsSync, globSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGE = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const SOURCES = join(PACKAGE, "src/ui");
const BUILD = join(SOURCES, "build.ts");
/** Is a page too. */
const README = join(PACKAGE, "README.md");
const BUILT = join(PACKAGE, "dist/ui/admin/index.html");

/**
 * Builds the admin pages in a clone when they are missing or older than their sources; the published package
 * brings them along. When that fails the server starts without: its API needs no pages.
 */
export async function buildPagesWhenStale(): Promise<void> {
  if (!existsSync(BUILD) || !isStale()) return;
  console.log("Building the admin pages…");
  const started = performance.now();
  const problem = await runBuild();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (problem === undefined) console.log(`Built the admin pages in ${seconds} s`);
  else console.error(`The admin pages could not be built; the server starts without.\n${problem}`);
}

function isStale(): boolean {
  const built = statSync(BUILT, { throwIfNoEntry: false });
  if (!built) return true;
  const sources = globSync("**/*.*", { cwd: SOURCES }).map((file) => join(SOURCES, file));
  return [README, ...sources].some((file) => statSync(file).mtimeMs > built.mtimeMs);
}

/** @returns what it said when it failed */
function runBuild(): Promise<string | undefined> {
  const child = spawn(process.execPath, [BUILD], { stdio: ["ignore", "ignore", "pipe"] });
  const said: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
  return new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code) =>
      resolve(code === 0 ? undefined : Buffer.concat(said).toString().trim()),
    );
  });
}
