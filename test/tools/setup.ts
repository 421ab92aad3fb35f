import { findOathtool } from "./oathtool.ts";

/** Ends the run with a sentence when a tool is missing. */
export function setup(): void {
  findOathtool();
}
