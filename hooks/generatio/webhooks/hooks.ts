import type { RecordEvent, RecordModel } from "generatio";
import { encodeJob } from "../families/custom-job.ts";
import { findPictures } from "../jobs/image-record.ts";
import { JOBS } from "../jobs/job.ts";
import { toReport } from "../jobs/report.ts";
import type { Product } from "../product.ts";
import { CREDITS } from "../spending/credits.ts";
import { WEBHOOKS, type WebhookEvent } from "./endpoints.ts";
import { DELIVERIES, newEventId, owe } from "./outbox.ts";

/** Writes the calls that are owed in the transaction of what they tell of, and sends them after it. */
export function bindWebhookHooks(product: Product): void {
  const { app, webhooks } = product;
  app.onRecordCreate(JOBS).bind({
    id: "genTellOfNewJob",
    func: (event) => {
      return tell(product, event, { event: "job.created", data: () => describe(product, event) });
    },
  });
  app.onRecordUpdate(JOBS).bind({
    id: "genTellOfEndedJob",
    func: (event) => {
      const ended = endOf(event.record);
      if (!ended) return event.next();
      return tell(product, event, { event: ended, data: () => describe(product, event) });
    },
  });
  const tellOfCredits = async (event: RecordEvent) => {
    const { record } = event;
    const data = { balance: record.getNumber("balance"), held: record.getNumber("held") };
    await tell(product, event, { event: "credits.changed", data: async () => data });
  };
  app.onRecordCreate(CREDITS).bind({ id: "genTellOfNewCredits", func: tellOfCredits });
  app.onRecordUpdate(CREDITS).bind({ id: "genTellOfCredits", func: tellOfCredits });
  app.onRecordAfterCreateSuccess(DELIVERIES).bind({
    id: "genSendWebhooks",
    func: (event) => {
      webhooks.wake();
      return event.next();
    },
  });
  const remember = async (event: RecordEvent) => {
    product.endpoints.remember(event.record);
    await event.next();
  };
  app.onRecordAfterCreateSuccess(WEBHOOKS).bind({ id: "genRememberWebhook", func: remember });
  app.onRecordAfterUpdateSuccess(WEBHOOKS).bind({ id: "genRememberWebhook", func: remember });
  app.onRecordAfterDeleteSuccess(WEBHOOKS).bind({
    id: "genForgetWebhook",
    func: (event) => {
      product.endpoints.forget(event.record);
      return event.next();
    },
  });
}

const ENDS: Readonly<Record<string, WebhookEvent>> = {
  succeeded: "job.succeeded",
  failed: "job.failed",
  canceled: "job.canceled",
  expired: "job.expired",
};

/** @returns undefined unless it ends with this save */
function endOf(job: RecordModel): WebhookEvent | undefined {
  const state = job.getString("state");
  return state === job.originalValue("state") ? undefined : ENDS[state];
}

async function tell(
  { endpoints }: Product,
  event: RecordEvent,
  told: { readonly event: WebhookEvent; readonly data: () => Promise<unknown> },
): Promise<void> {
  const userId = event.record.getString("user_id");
  const listening = endpoints.listeningTo(userId, told.event);
  if (listening.length === 0) return event.next();
  const { app: outer } = event;
  await outer.runInTransaction(async (tx) => {
    event.app = tx;
    await event.next();
    const [data, eventId, at] = [await told.data(), newEventId(), new Date().toISOString()];
    for (const endpointId of listening) {
      await owe(tx, { endpointId, userId, event: told.event, data, eventId, at });
    }
  });
  event.app = outer;
}

/** As the routes tell of it; its pictures were saved before it. */
async function describe(product: Product, event: RecordEvent): Promise<unknown> {
  const { app, record } = event;
  const isDone = record.getString("state") === "succeeded";
  return encodeJob(toReport(product, record, isDone ? await findPictures(app, record.id) : []));
}
