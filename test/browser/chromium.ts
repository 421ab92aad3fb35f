import { existsSync } from "node:fs";

const WITH_WINDOWS = "/usr/bin/chromium";
/** The same browser without windows takes a quarter less processor time. */
const WITHOUT_WINDOWS = "/usr/bin/chromium-headless-shell";

/**
 * The path of the browser's program: what `CHROMIUM` says, else Debian's, without windows when that will do and
 * is installed.
 *
 * @throws Error with a sentence when it is not installed
 */
export function findChromium(windows = false): string {
  const named = process.env["CHROMIUM"];
  if (named === undefined && !windows && existsSync(WITHOUT_WINDOWS)) return WITHOUT_WINDOWS;
  const program = named ?? WITH_WINDOWS;
  if (existsSync(program)) return program;
  throw new Error(
    `Chromium is not at ${program}: install it (Debian: apt-get install chromium), or set CHROMIUM to the path of its program.`,
  );
}
