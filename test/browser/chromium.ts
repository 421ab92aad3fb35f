import { existsSync } from "node:fs";

const PROGRAM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/**
 * The path of the browser's program.
 *
 * @throws Error with a sentence when it is not installed
 */
export function findChromium(): string {
  if (existsSync(PROGRAM)) return PROGRAM;
  throw new Error(
    `Chromium is not at ${PROGRAM}: install it (Debian: apt-get install chromium), or set CHROMIUM to the path of its program.`,
  );
}
