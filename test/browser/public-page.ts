import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

const SDK = join(import.meta.dirname, "../../node_modules/pocketbase/dist/pocketbase.umd.js");

/**
 * A `pb_public` folder with one of the pages beside this file as its index and the official SDK; it goes when
 * the test ends.
 *
 * @returns its path
 */
export function publicPage(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), "generatio-page-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const publicDir = join(folder, "pb_public");
  mkdirSync(publicDir);
  copyFileSync(join(import.meta.dirname, `pages/${name}.html`), join(publicDir, "index.html"));
  copyFileSync(SDK, join(publicDir, "pocketbase.umd.js"));
  return publicDir;
}
