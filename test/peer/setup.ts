import { findPocketBase } from "./pocketbase.ts";

/** Ends the run with a sentence when there is nothing to compare with. */
export function setup(): void {
  findPocketBase();
}
