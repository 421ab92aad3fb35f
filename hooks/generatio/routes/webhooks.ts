import { randomUUID } from "node:crypto";
import type { RecordModel, RequestEvent } from "generatio";
import { z } from "zod";
import { userOf } from "../caller.ts";
import type { Product } from "../product.ts";
import { parseInput } from "../validation.ts";
import {
  changeEndpoint,
  createEndpoint,
  findEndpoint,
  renewSecret,
  WEBHOOK_EVENTS,
  WEBHOOKS,
} from "../webhooks/endpoints.ts";
import { findDelivery, listDeliveries, owe, oweAgain } from "../webhooks/outbox.ts";
import type { RouteGroup } from "./group.ts";
import { pageQuery, queryOf } from "./page-query.ts";

const fields = {
  url: z.string().trim().min(1).max(2000),
  events: z.array(z.enum(WEBHOOK_EVENTS)).max(WEBHOOK_EVENTS.length),
  description: z.string().max(200),
  active: z.boolean(),
};
const createBody = z.object({
  url: fields.url,
  events: fields.events.default([]),
  description: fields.description.default(""),
  active: fields.active.default(true),
});
const changeBody = z.object(fields).partial();
const deliveriesQuery = z.object({
  state: z.enum(["", "pending", "delivered", "dead"]).default(""),
  ...pageQuery.shape,
});

/** Addresses of the user's own that are told of what happens. */
export function addWebhookRoutes(group: RouteGroup, product: Product): void {
  const { app } = product;
  const own = (event: RequestEvent) =>
    findEndpoint(app, userOf(event).id, event.params["id"] ?? "");

  group.get("/webhooks", async (event) => {
    const params = { userId: userOf(event).id };
    const endpoints = await app.findRecordsByFilter(WEBHOOKS, "user_id = {:userId}", {
      params,
      sort: "created",
    });
    return { items: endpoints.map(encodeEndpoint) };
  });

  group.post("/webhooks", async (event) => {
    const wish = parseInput(createBody, await event.body());
    const { endpoint, secret } = await createEndpoint(product, userOf(event).id, wish);
    return { ...encodeEndpoint(endpoint), secret };
  });

  group.get("/webhooks/{id}", async (event) => encodeEndpoint(await own(event)));

  group.patch("/webhooks/{id}", async (event) => {
    const endpoint = await own(event);
    const { url, events, description, active } = parseInput(changeBody, await event.body());
    await changeEndpoint(product, endpoint, {
      ...(url === undefined ? {} : { url }),
      ...(events === undefined ? {} : { events }),
      ...(description === undefined ? {} : { description }),
      ...(active === undefined ? {} : { active }),
    });
    return encodeEndpoint(endpoint);
  });

  group.delete("/webhooks/{id}", async (event) => {
    await app.delete(await own(event));
    return { success: true };
  });

  group.post("/webhooks/{id}/secret", async (event) => {
    return { secret: await renewSecret(product, await own(event)) };
  });

  addDeliveryRoutes(group, product, own);
}

function addDeliveryRoutes(
  group: RouteGroup,
  { app }: Product,
  own: (event: RequestEvent) => Promise<RecordModel>,
): void {
  group.post("/webhooks/{id}/test", async (event) => {
    const endpoint = await own(event);
    const delivery = await owe(app, {
      endpointId: endpoint.id,
      userId: userOf(event).id,
      event: "ping",
      data: { webhook_id: endpoint.id },
      eventId: `evt_${randomUUID()}`,
      at: new Date().toISOString(),
    });
    return event.json(202, encodeDelivery(delivery));
  });

  group.get("/webhooks/{id}/deliveries", async (event) => {
    const endpoint = await own(event);
    const query = parseInput(deliveriesQuery, queryOf(event, deliveriesQuery));
    const { deliveries, total } = await listDeliveries(app, endpoint.id, query);
    const { page, perPage } = query;
    return {
      items: deliveries.map(encodeDelivery),
      page,
      perPage,
      totalItems: total,
      totalPages: Math.ceil(total / perPage),
    };
  });

  group.post("/webhooks/{id}/deliveries/{delivery}/redeliver", async (event) => {
    const endpoint = await own(event);
    const earlier = await findDelivery(app, endpoint.id, event.params["delivery"] ?? "");
    return event.json(202, encodeDelivery(await oweAgain(app, earlier)));
  });
}

function encodeEndpoint(endpoint: RecordModel) {
  return {
    id: endpoint.id,
    url: endpoint.getString("url"),
    events: endpoint.getStrings("events"),
    description: endpoint.getString("description"),
    active: endpoint.getBool("active"),
    disabled_reason: endpoint.getString("disabled_reason"),
    created: toIso(endpoint.getString("created")),
  };
}

function encodeDelivery(delivery: RecordModel) {
  return {
    id: delivery.id,
    event: delivery.getString("event"),
    event_id: delivery.getString("event_id"),
    state: delivery.getString("state"),
    attempts: delivery.getNumber("attempts"),
    status: delivery.getNumber("status"),
    error: delivery.getString("error"),
    payload: delivery.getJson("payload"),
    redelivery_of: delivery.getString("redelivery_of"),
    next_attempt_at: toIso(delivery.getString("next_attempt_at")),
    last_attempt_at: toIso(delivery.getString("last_attempt_at")),
    created: toIso(delivery.getString("created")),
  };
}

function toIso(date: string): string {
  return date.replace(" ", "T");
}
