import { setTimeout as sleep } from "node:timers/promises";
import type { RequestEvent } from "../http/event.ts";

/** Longer than what is done for a known address before its answer, unless the machine is overloaded. */
export const LOOKUP_FLOOR_MS = 60;

/** The same where a hash is made and a row is written. */
export const WRITE_FLOOR_MS = 150;

/**
 * Waits until an answer may be given: for known and unknown addresses after the same time, so that the time
 * does not tell which one it was.
 */
export async function waitForAnswerTime(event: RequestEvent, floorMs: number): Promise<void> {
  const rest = floorMs - (performance.now() - event.state.started);
  if (rest > 0) await sleep(rest);
}
