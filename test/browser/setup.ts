import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { findChromium } from "./chromium.ts";

const BUILD = fileURLToPath(new URL("../../src/ui/build.ts", import.meta.url));

/** Ends the run with a sentence when there is no browser; builds the pages that are tested. */
export function setup(): void {
  findChromium(true);
  const { status } = spawnSync(process.execPath, [BUILD], { stdio: "inherit" });
  if (status !== 0) throw new Error("The pages could not be built.");
}
