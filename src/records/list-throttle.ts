import { randomInt } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { RecordsListRequestEvent } from "./events.ts";
import { hasSuperuserAuth, type RequestInfo } from "./request-info.ts";

const LIMIT = { maxRequests: 3, duration: 3 };
const LONGEST_WAIT_MS = 500;

/**
 * Blurs the time of repeated searches that find nothing: a list rule works as a filter too, and how long an
 * empty answer takes could tell something about rows it hides (PocketBase: apis/record_crud.go).
 *
 * @param isOverLimit counts the client against a limit of this name
 */
export async function throttleEmptySearch(
  event: RecordsListRequestEvent,
  info: RequestInfo,
  isOverLimit: (event: RecordsListRequestEvent, id: string, limit: typeof LIMIT) => boolean,
): Promise<void> {
  const { collection, records } = event;
  if (records.length > 0 || !info.query["filter"] || !collection.listRule || hasSuperuserAuth(info))
    return;
  if (isOverLimit(event, `@pb_list_timing_check_${collection.id}`, LIMIT))
    await wait(randomInt(LONGEST_WAIT_MS));
}
