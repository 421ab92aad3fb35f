import { existsSync } from "node:fs";

/** Debian's packages; the first is the same browser without windows, which takes a quarter less processor time. */
const PROGRAMS = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];

/**
 * The path of the browser's program: what `CHROMIUM` says, else the first of Debian's that is installed.
 *
 * @throws Error with a sentence when it is not installed
 */
export function findChromium(): string {
  const named = process.env["CHROMIUM"];
  const programs = named === undefined ? PROGRAMS : [named];
  const found = programs.find(existsSync);
  if (found !== undefined) return found;
  throw new Error(
    `Chromium is not at ${programs.join(" or ")}: install it (Debian: apt-get install chromium-headless-shell), or set CHROMIUM to the path of its program.`,
  );
}
