/**
 * Completes package-lock.json after npm has written it (`npm run lock`; with `--check` it only looks): npm builds every dependency that
 * holds a binding.gyp with a compiler, and does not copy into the lock file that a package has opted out of it
 * (`"gypfile": false`) because it brings its binaries along.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Lock {
  packages: Record<string, { gypfile?: boolean }>;
}

const ROOT = join(import.meta.dirname, "..");
const FILE = join(ROOT, "package-lock.json");

const lock: Lock = JSON.parse(readFileSync(FILE, "utf8"));
const unmarked = Object.entries(lock.packages).filter(
  ([path, entry]) => path !== "" && entry.gypfile !== false && optsOut(path),
);
if (process.argv.includes("--check")) {
  for (const [path] of unmarked) console.error(`${path} is not marked as ready-made: npm run lock`);
  process.exitCode = unmarked.length > 0 ? 1 : 0;
} else {
  for (const [, entry] of unmarked) entry.gypfile = false;
  writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
}

function optsOut(path: string): boolean {
  try {
    return JSON.parse(readFileSync(join(ROOT, path, "package.json"), "utf8")).gypfile === false;
  } catch {
    // A package for another platform is not installed here.
    return false;
  }
}
