/**
 * Completes package-lock.json after npm has written it (`npm run lock`; with `--check` it only looks):
 *
 * - npm builds every dependency that holds a binding.gyp with a compiler, and does not copy into the lock file that a package has opted out
 *   of it (`"gypfile": false`) because it brings its binaries along.
 * - npm leaves out the binaries for other platforms that the registry in use does not hold, and `npm ci` then refuses the file; on those
 *   platforms they would not be installed at all. Their names tell what they are for (the scheme of napi-rs).
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Package {
  version?: string;
  dev?: boolean;
  gypfile?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

interface Lock {
  packages: Record<string, Package>;
}

const ROOT = join(import.meta.dirname, "..");
const FILE = join(ROOT, "package-lock.json");
const OF_A_PLATFORM =
  /-(android|darwin|freebsd|linux|openharmony|win32)-(arm64|arm|ia32|ppc64|riscv64|s390x|x64)(?:-(gnu|musl|msvc|eabi|gnueabihf|musleabihf))?$/;

const lock: Lock = JSON.parse(readFileSync(FILE, "utf8"));
const unmarked = Object.entries(lock.packages).filter(
  ([path, entry]) => path !== "" && entry.gypfile !== false && optsOut(path),
);
const missing = Object.entries(lock.packages).flatMap(([path, entry]) =>
  Object.entries(entry.optionalDependencies ?? {})
    .filter(([name]) => !isLocked(path, name) && OF_A_PLATFORM.test(name))
    .map(([name, version]) => ({ of: path, name, version, dev: entry.dev })),
);
if (process.argv.includes("--check")) {
  for (const [path] of unmarked) console.error(`${path} is not marked as ready-made: npm run lock`);
  for (const { of, name } of missing)
    console.error(`${name}, which ${of} wants, is missing: npm run lock`);
  process.exitCode = unmarked.length + missing.length > 0 ? 1 : 0;
} else {
  for (const [, entry] of unmarked) entry.gypfile = false;
  for (const { name, version, dev } of missing) {
    lock.packages[`node_modules/${name}`] = {
      version,
      ...platformOf(name),
      ...(dev && { dev }),
      optional: true,
    };
  }
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages).toSorted(([a], [b]) => a.localeCompare(b, "en")),
  );
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

function isLocked(path: string, name: string): boolean {
  return `${path}/node_modules/${name}` in lock.packages || `node_modules/${name}` in lock.packages;
}

function platformOf(name: string): Pick<Package, "os" | "cpu" | "libc"> {
  const [, os, cpu, abi] = OF_A_PLATFORM.exec(name)!;
  const libc = abi?.startsWith("gnu") ? "glibc" : abi?.startsWith("musl") ? "musl" : undefined;
  return { os: [os!], cpu: [cpu!], ...(os === "linux" && libc && { libc: [libc] }) };
}
