/**
 * The import matrix: which layer may import (as values) which. `import type` is erased and free.
 */
import { posix } from "node:path";
import { findImports } from "./source.ts";

/** From left to right: a noun may import the nouns before it. */
const NOUNS = ["collections", "records", "auth", "files", "changes", "realtime"];
/** After all of them, and not each other. */
const LAST_NOUNS = [
  "settings",
  "mail",
  "logs",
  "backups",
  "crons",
  "batch",
  "health",
  "notify",
  "private-tables",
  "sql",
];

const KERNEL = ["lib", "db", "filter", "events", "fields"];
/** The files that make the program of the layers: they may import everything. */
const TOP = ["app", "extensions", "cli", "testing"];

const BELOW: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  dialect: [],
  db: ["lib", "dialect"],
  filter: ["lib", "dialect"],
  events: ["lib"],
  fields: ["lib", "dialect"],
  http: ["lib", "events"],
  // Run in browsers.
  client: [],
  kit: [],
  ui: ["kit"],
  // Collections own the migrations of the system tables.
  migrations: [...KERNEL, "dialect", "collections"],
};

export interface Violation {
  /** `file:line`. */
  readonly at: string;
  readonly rule: string;
}

/** The layer of a file below `src/`, given from there. */
export function layerOf(file: string): string {
  if (file.startsWith("db/dialect/")) return "dialect";
  if (file.startsWith("db/migrations/")) return "migrations";
  if (file.startsWith("ui/kit/")) return "kit";
  return file.includes("/") ? file.slice(0, file.indexOf("/")) : "app";
}

/** @param file from the repository: `src/records/save.ts` */
export function findLayerViolations(file: string, text: string): Violation[] {
  const from = file.slice("src/".length);
  return findImports(text)
    .filter(({ isType, specifier }) => !isType && specifier.startsWith("."))
    .flatMap(({ specifier, line }) => {
      const to = posix.join(posix.dirname(from), specifier);
      const rule = to.startsWith("..")
        ? `src must not import ${specifier}: the engine knows nothing outside of src`
        : refusal(from, to);
      return rule ? [{ at: `${file}:${line}`, rule }] : [];
    });
}

function refusal(from: string, to: string): string | undefined {
  const layer = layerOf(from);
  const target = layerOf(to);
  if (layer === target || TOP.includes(layer)) return undefined;
  const edge = `${layer} must not import ${target} (${to})`;
  if (target === "http" && isNoun(layer)) {
    return mayImportHttp(from) ? undefined : `${edge}: only routes, register and event classes may`;
  }
  const allowed = BELOW[layer] ?? nounsBelow(layer);
  if (!allowed) return `${layer} is no known layer: add it to the import matrix`;
  if (allowed.includes(target)) return undefined;
  const list = allowed.length > 0 ? allowed.join(", ") : "nothing";
  return `${edge}: it may import ${list}; reach the rest through app, or listen to its hooks`;
}

function isNoun(layer: string): boolean {
  return nounsBelow(layer) !== undefined;
}

/** What a noun may import; undefined for what is no noun. */
function nounsBelow(layer: string): readonly string[] | undefined {
  const below = [...KERNEL, "dialect"];
  if (LAST_NOUNS.includes(layer)) return [...below, ...NOUNS];
  const place = NOUNS.indexOf(layer);
  return place < 0 ? undefined : [...below, ...NOUNS.slice(0, place)];
}

const HTTP_FILES = new Set(["routes", "register", "events"]);

function mayImportHttp(file: string): boolean {
  const name = posix.basename(file, ".ts");
  return HTTP_FILES.has(name) || name.endsWith("-routes") || file.includes("/routes/");
}
