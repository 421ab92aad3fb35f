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

function compile(): void {
  const ui = join(DIST, "ui");
  for (const entry of globSync("*", { cwd: DIST })) {
    // The pages are built by their own step.
    if (join(DIST, entry) !== ui) rmSync(join(DIST, entry), { recursive: true });
  }
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const { status } = spawnSync(
    process.execPath,
    [tsc, "--project", join(ROOT, ".ci/tsconfig.build.json")],
    { stdio: "inherit" },
  );
  if (status !== 0) process.exit(status ?? 1);
  for (const file of globSync("**/*.*", { cwd: join(ROOT, "src") })) {
    if (/\.tsx?$/.test(file) || file.startsWith("ui")) continue;
    mkdirSync(dirname(join(DIST, file)), { recursive: true });
    copyFileSync(join(ROOT, "src", file), join(DIST, file));
  }
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
  const base = target.replace("./src/", "./dist/").replace(/\.tsx?$/, "");
  return { types: `${base}.d.ts`, default: `${base}.js` };
}
