import { readFile, stat } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { join, posix } from "node:path";
import { notFound } from "../lib/errors.ts";
import type { RequestEvent } from "./event.ts";
import type { RouteAction } from "./router.ts";
import { staticFiles } from "./static.ts";

/** What an extension adds to the admin UI. Its files are served at `/_/extensions/<name>/`. */
export interface UIExtension {
  /** Letters, digits, `-` and `_`; part of addresses. */
  readonly name: string;
  /**
   * `pages.ts` or `pages.js` in it exports `adminPages` (see `generatio/ui`); `main.js` is for PocketBase's own
   * UI (PocketBase: UIExtension).
   */
  readonly folder: string;
}

const PAGE_MODULES = ["pages.ts", "pages.js"];

/** Which extensions have pages: `[{ name, pages }]`, addresses below `/_/`. */
export function listUIExtensions(extensions: readonly UIExtension[]): RouteAction {
  return async (event) => {
    const list = [];
    for (const { name, folder } of extensions) {
      const module = await firstFile(folder, PAGE_MODULES);
      if (module) list.push({ name, pages: `extensions/${name}/${module}` });
    }
    return event.json(200, list);
  };
}

/** One module of what all extensions add to PocketBase's own UI, each in a function of its own. */
export function joinUIExtensions(extensions: readonly UIExtension[]): RouteAction {
  return async (event) => {
    const parts = [];
    for (const { folder } of extensions) {
      const text = await readFile(join(folder, "main.js"), "utf8").catch(() => undefined);
      if (text !== undefined) parts.push(`await (async function(){\n${text}\n})();\n`);
    }
    return event.blob(200, "text/javascript", new TextEncoder().encode(parts.join("")));
  };
}

/** The files of an extension, at a path that ends in `{extension}/{path...}`; TypeScript becomes JavaScript. */
export function uiExtensionFiles(extensions: readonly UIExtension[]): RouteAction {
  const byName = new Map(
    extensions.map(({ name, folder }) => [name, { folder, files: staticFiles(folder, false) }]),
  );
  return (event) => {
    const extension = byName.get(event.params["extension"] ?? "");
    if (!extension) throw notFound("File not found");
    return isScript(event) ? sendScript(event, extension.folder) : extension.files(event);
  };
}

function isScript(event: RequestEvent): boolean {
  return /\.(?:ts|js)$/.test(event.params["path"] ?? "");
}

/** Browsers know no package names: the kit is a module beside the page. */
const KIT_IMPORT = /(\bfrom\s*|\bimport\s*\(?\s*)(["'])generatio\/ui\2/g;

async function sendScript(event: RequestEvent, folder: string): Promise<void> {
  const path = posix.normalize(`/${event.params["path"]}`).slice(1);
  const text = await readFile(join(folder, path), "utf8").catch(() => undefined);
  if (text === undefined) throw notFound("File not found");
  const script = path.endsWith(".ts") ? stripTypeScriptTypes(text) : text;
  const kit = `${"../".repeat(path.split("/").length + 1)}kit.js`;
  const linked = script.replaceAll(KIT_IMPORT, `$1$2${kit}$2`);
  return event.blob(200, "text/javascript; charset=utf-8", new TextEncoder().encode(linked));
}

async function firstFile(folder: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found?.isFile()) return name;
  }
  return undefined;
}
