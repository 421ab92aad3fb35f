import { randomUUID } from "node:crypto";
import type { App, RecordModel } from "generatio";
import { notFound } from "../errors.ts";
import type { WebhookEvent } from "./endpoints.ts";

export const DELIVERIES = "webhook_deliveries";

/** A call that is owed to an endpoint. */
export interface OwedCall {
  readonly endpointId: string;
  readonly userId: string;
  readonly event: WebhookEvent | "ping";
  readonly data: unknown;
  /** Of the event: the same for every endpoint, and when it is sent again. */
  readonly eventId: string;
  /** ISO 8601. */
  readonly at: string;
}

export function newEventId(): string {
  return `evt_${randomUUID()}`;
}

/**
 * Writes a call that is to be made. It will be made, at least once, when the transaction is committed.
 *
 * @param tx the transaction of what it tells of
 */
export async function owe(tx: App, call: OwedCall): Promise<RecordModel> {
  const { event: type, at: timestamp, data } = call;
  const delivery = tx.newRecord(DELIVERIES, {
    user_id: call.userId,
    webhook_id: call.endpointId,
    event: type,
    event_id: call.eventId,
    payload: { type, timestamp, data },
    state: "pending",
    next_attempt_at: new Date().toISOString(),
  });
  await tx.save(delivery);
  return delivery;
}

/** The same call once more: receivers know it by its id. */
export async function oweAgain(app: App, earlier: RecordModel): Promise<RecordModel> {
  const delivery = app.newRecord(DELIVERIES, {
    user_id: earlier.getString("user_id"),
    webhook_id: earlier.getString("webhook_id"),
    event: earlier.getString("event"),
    event_id: earlier.getString("event_id"),
    payload: earlier.getJson("payload"),
    state: "pending",
    next_attempt_at: new Date().toISOString(),
    redelivery_of: earlier.id,
  });
  await app.save(delivery);
  return delivery;
}

/** The calls of one endpoint, the newest first. @param page from 1 */
export async function listDeliveries(
  app: App,
  endpointId: string,
  { state, page, perPage }: { state: string; page: number; perPage: number },
): Promise<{ readonly deliveries: readonly RecordModel[]; readonly total: number }> {
  const filter = `webhook_id = {:endpointId}${state === "" ? "" : " && state = {:state}"}`;
  const params = { endpointId, ...(state === "" ? {} : { state }) };
  const options = { params, sort: "-created,-id", limit: perPage, offset: (page - 1) * perPage };
  const [deliveries, total] = await Promise.all([
    app.findRecordsByFilter(DELIVERIES, filter, options),
    app.countRecords(DELIVERIES, filter, params),
  ]);
  return { deliveries, total };
}

/** @throws ProductError `not_found`, also for those of other endpoints */
export async function findDelivery(app: App, endpointId: string, id: string): Promise<RecordModel> {
  const [delivery] = await app.findRecordsByIds(DELIVERIES, [id]);
  if (delivery?.getString("webhook_id") !== endpointId) {
    throw notFound("There is no such delivery.");
  }
  return delivery;
}

const DAY_MS = 86_400_000;
/** How long the list remembers. */
const KEPT_DAYS = { delivered: 7, dead: 30 } as const;
const MOST_AT_ONCE = 500;

/** Forgets what is long over. */
export async function sweepDeliveries(app: App): Promise<void> {
  for (const [state, days] of Object.entries(KEPT_DAYS)) {
    const before = new Date(Date.now() - days * DAY_MS).toISOString().replace("T", " ");
    const old = await app.findRecordsByFilter(
      DELIVERIES,
      "state = {:state} && created < {:before}",
      { params: { state, before }, limit: MOST_AT_ONCE },
    );
    for (const delivery of old) await app.delete(delivery);
  }
}
