import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * The folder of a build of PocketBase's admin UI: `ui/dist` of its repository.
 *
 * @throws Error with a sentence when `POCKETBASE_UI` does not name one
 */
export function officialUI(): string {
  const folder = process.env["POCKETBASE_UI"] ?? "";
  if (folder !== "" && existsSync(join(folder, "index.html"))) return folder;
  throw new Error(
    "Set POCKETBASE_UI to a build of PocketBase's admin UI: ui/dist of its repository.",
  );
}
