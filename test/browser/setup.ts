import { findChromium } from "./chromium.ts";

/** Ends the run with a sentence when there is no browser. */
export function setup(): void {
  findChromium();
}
