/**
 * Around `npm pack` and `npm publish`: `before` compiles src to dist (Node does not strip types inside
 * node_modules) and writes the package.json of the published form in place of the repository's; `after`
 * puts the repository's back.
 */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const MANIFEST = join(ROOT, "package.json");
/** The repository's own, while the published one lies in its place. */
const KEPT = join(ROOT, ".package.json.kept");
const DIST = join(ROOT, "dist");

interface Manifest {
  exports: Record<string, unknown>;
  bin: Record<string, string>;
  scripts?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  [key: string]: unknown;
}

const step = process.argv[2];
if (step === "before") before();
else if (step === "after") after();
else throw new Error("Usage: pack.ts before|after");

function before(): void {
  // Left behind by a packing that was interrupted.
  if (existsSync(KEPT)) after();
  compile();
  copyFileSync(MANIFEST, KEPT);
  writeFileSync(MANIFEST, `${JSON.stringify(published(readManifest()), null, 2)}\n`);
}

function after(): void {
  if (existsSync(KEPT)) renameSync(KEPT, MANIFEST);
}

/** The server, the component kit for other pages, and the admin pages as they are served. */
function compile(): void {
  rmSync(DIST, { recursive: true, force: true });
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  run(tsc, "--project", join(ROOT, ".ci/tsconfig.build.json"));
  run(tsc, "--project", join(ROOT, ".ci/tsconfig.kit.json"));
  run(join(ROOT, "src/ui/build.ts"));
  for (const file of globSync("**/*.*", { cwd: join(ROOT, "src") })) {
    const isOfPages = file.startsWith("ui") && !file.startsWith(join("ui", "kit"));
    if (/\.tsx?$/.test(file) || isOfPages) continue;
    mkdirSync(dirname(join(DIST, file)), { recursive: true });
    copyFileSync(join(ROOT, "src", file), join(DIST, file));
  }
}

function run(...command: readonly string[]): void {
  const { status } = spawnSync(process.execPath, command, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

function readManifest(): Manifest {
  return JSON.parse(readFileSync(MANIFEST, "utf8"));
}

/** Entries point into dist; what only a clone needs is gone: scripts, tools, the bundled Node. */
function published(manifest: Manifest): Manifest {
  const {
    scripts: _scripts,
    devDependencies: _tools,
    optionalDependencies = {},
    ...rest
  } = manifest;
  const optional = Object.entries(optionalDependencies).filter(
    ([name]) => !/^node-(?:bin-)?(?:linux|darwin|win)-/.test(name),
  );
  return {
    ...rest,
    exports: Object.fromEntries(
      Object.entries(manifest.exports).map(([entry, target]) => [entry, toDist(target)]),
    ),
    bin: Object.fromEntries(
      Object.entries(manifest.bin).map(([name, file]) => [name, file.replace("./src/", "./dist/")]),
    ),
    ...(optional.length > 0 && { optionalDependencies: Object.fromEntries(optional) }),
  };
}

function toDist(target: unknown): unknown {
  if (typeof target !== "string" || !target.startsWith("./src/")) return target;
  if (!/\.tsx?$/.test(target)) return target.replace("./src/", "./dist/");
  const base = target.replace("./src/", "./dist/").replace(/\.tsx?$/, "");
  return { types: `${base}.d.ts`, default: `${base}.js` };
}
