import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, join, posix, resolve, sep } from "node:path";
import { notFound } from "../lib/errors.ts";
import { readFileBytes, readFilePart } from "../lib/file-part.ts";
import { contentTypeByName, SNIFF_BYTES, sniffContentType } from "./content-type.ts";
import type { RequestEvent } from "./event.ts";
import { silenceSuccess } from "./middleware/activity-log.ts";
import { unescapeText } from "./query.ts";
import type { RouteAction } from "./router.ts";
import type { Content } from "./serve-content.ts";

const INDEX_PAGE = "index.html";

/**
 * Serves the files of a folder under a route that ends in `{path...}` (PocketBase: apis.Static). Folders and
 * their `index.html` have one address each: others are redirected to it.
 *
 * @param root need not exist
 * @param indexFallback missing paths get the root's `index.html`, for pages that route in the browser
 */
export function staticFiles(root: string, indexFallback: boolean): RouteAction {
  const folder = resolve(root);
  return async (event) => {
    silenceSuccess(event);
    const name = posix.normalize((event.params["path"] ?? "").replace(/^\//, ""));
    const found = await find(folder, name);
    const location = found && canonicalPath(event, found.stats);
    if (location !== undefined) return event.redirect(301, location);
    const file = found?.stats.isFile() ? found : await findIndex(folder, name, found !== undefined);
    const served = file ?? (indexFallback ? await findIndex(folder, "", true) : undefined);
    if (!served) throw notFound("File not found");
    return event.serve(await fileContent(served));
  };
}

interface Found {
  readonly path: string;
  readonly stats: Stats;
}

/** A file or folder inside the root; paths that lead out of it find nothing. */
async function find(root: string, name: string): Promise<Found | undefined> {
  const path = resolve(root, name);
  const isInside = path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
  if (!isInside || name.includes("\0") || (sep === "\\" && /[\\:]/.test(name))) return undefined;
  const stats = await stat(path).catch(() => undefined);
  return stats && { path, stats };
}

/** The index page of a folder. */
async function findIndex(
  root: string,
  name: string,
  isFolder: boolean,
): Promise<Found | undefined> {
  const index = isFolder ? await find(root, join(name, INDEX_PAGE)) : undefined;
  return index?.stats.isFile() ? index : undefined;
}

/** Where the request should have gone, if not here. */
function canonicalPath(event: RequestEvent, stats: Stats): string | undefined {
  const path = unescapeText(event.path) ?? event.path;
  const hasSlash = path.endsWith("/");
  if (stats.isDirectory()) return hasSlash ? undefined : toLocation(`${path}/`);
  if (hasSlash) return toLocation(path.replace(/\/+$/, "")) || undefined;
  return path.endsWith(INDEX_PAGE) ? toLocation(path.slice(0, -INDEX_PAGE.length)) : undefined;
}

/** Several slashes or backslashes at the start would lead to another host. */
function toLocation(path: string): string {
  const local = path.replace(/^[\\/]{2,}/, "/");
  return local.toWellFormed().split("/").map(encodeURIComponent).join("/");
}

async function fileContent({ path, stats }: Found): Promise<Content> {
  const readHead = () => readFileBytes(path, 0, Math.min(SNIFF_BYTES, stats.size));
  return {
    size: stats.size,
    modified: stats.mtimeMs,
    contentType: contentTypeByName(basename(path)) ?? sniffContentType(await readHead()),
    read: (start, end) => readFilePart(path, start, end),
  };
}
