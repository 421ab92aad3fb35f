import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { App } from "../app.ts";
import { mapEngineImports } from "./engine-imports.ts";

/** What a hooks file exports as its default: called once, before the server listens. */
export type Extension = (app: App) => void | Promise<void>;

const ENTRY_FILE = /^[^._].*\.(ts|mts|js|mjs)$/;
const NOT_AN_ENTRY = /\.(d|test)\.m?ts$/;
const INDEX_FILES = ["index.ts", "index.mts", "index.js", "index.mjs"];

/**
 * Loads every extension of a folder in name order and calls it with the app.
 *
 * @returns the names that were loaded
 * @throws Error naming file, line and reason when one cannot be loaded or fails
 */
export async function loadExtensions(app: App, folder: string): Promise<string[]> {
  mapEngineImports();
  const names: string[] = [];
  for (const { name, file } of findEntries(resolve(folder))) {
    try {
      const module = (await import(pathToFileURL(file).href)) as { default?: unknown };
      if (typeof module.default !== "function") {
        throw new Error(
          "it has no default export that is a function: write `export default (app) => { … }`",
        );
      }
      await (module.default as Extension)(app);
    } catch (error) {
      throw new Error(
        `The extension ${file}${lineOf(error, file)} could not be loaded: ${messageOf(error)}`,
        {
          cause: error,
        },
      );
    }
    names.push(name);
  }
  return names;
}

interface Entry {
  readonly name: string;
  readonly file: string;
}

/** Files are entries; a folder is one when it has an index file. Names that begin with `_` or `.` are libraries. */
function findEntries(folder: string): Entry[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .toSorted()
    .flatMap((name) => {
      const path = join(folder, name);
      if (statSync(path).isFile()) {
        return ENTRY_FILE.test(name) && !NOT_AN_ENTRY.test(name) ? [{ name, file: path }] : [];
      }
      if (/^[._]|^node_modules$/.test(name)) return [];
      const index = INDEX_FILES.map((file) => join(path, file)).find((file) => existsSync(file));
      return index ? [{ name, file: index }] : [];
    });
}

/** `:line` of the first stack line that lies in the extension's folder, or of a syntax error. */
function lineOf(error: unknown, file: string): string {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const folder = pathToFileURL(file).href.replace(/[^/]*$/, "");
  const place = stack.split("\n").find((line) => line.includes(folder) || line.includes(file));
  const match = place && /:(\d+)(?::\d+)?\)?$/.exec(place.trim());
  return match ? `:${match[1]}` : "";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
