import { setTimeout as sleep } from "node:timers/promises";
import type { RequestEvent } from "../http/event.ts";

/** Longer than what is done for a known address before its answer, unless the machine is overloaded. */
const FLOOR_MS = 60;

/**
 * Waits until an answer may be given: for known and unknown addresses after the same time, so that the time
 * does not tell which one it was.
 */
export async function waitForAnswerTime(event: RequestEvent): Promise<void> {
  const rest = FLOOR_MS - (performance.now() - event.state.started);
  if (rest > 0) await sleep(rest);
}
