import type { App, RecordModel } from "generatio";
import { isIP } from "node:net";
import { invalidField, notFound, ProductError } from "../errors.ts";
import { checkAddress, RefusedAddressError } from "../net/guarded-request.ts";
import { isPublicAddress } from "../pictures/address.ts";
import type { Product } from "../product.ts";
import type { ServerKey } from "../tokens/server-key.ts";
import { newWebhookSecret } from "./signature.ts";

export const WEBHOOKS = "webhooks";

/** What users can be told of. `ping` is sent on request only. */
export const WEBHOOK_EVENTS = [
  "job.created",
  "job.succeeded",
  "job.failed",
  "job.canceled",
  "job.expired",
  "credits.changed",
] as const;

export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** What a user says of an endpoint. */
export interface EndpointWish {
  readonly url: string;
  /** Empty for all. */
  readonly events: readonly WebhookEvent[];
  readonly description: string;
  readonly active: boolean;
}

const MOST_PER_USER = 10;

/** @returns the endpoint, and its secret for the only time */
export async function createEndpoint(
  product: Product,
  userId: string,
  wish: EndpointWish,
): Promise<{ readonly endpoint: RecordModel; readonly secret: string }> {
  checkUrl(product, wish.url);
  const { app } = product;
  const secret = newWebhookSecret();
  const endpoint = await app.runInTransaction(async (tx) => {
    const filter = "user_id = {:userId}";
    if ((await tx.countRecords(WEBHOOKS, filter, { userId })) >= MOST_PER_USER) {
      throw new ProductError("conflict", `There are ${MOST_PER_USER} webhooks already.`);
    }
    const record = tx.newRecord(WEBHOOKS, { user_id: userId, ...wish });
    await tx.save(record);
    // The id is part of the seal, and is given with the first save.
    record.set("secret", product.serverKey.seal(secret, ownerOf(record.id)));
    await tx.save(record);
    return record;
  });
  return { endpoint, secret };
}

/** Absent members stay as they are. One that is switched on again begins without a past. */
export async function changeEndpoint(
  product: Product,
  endpoint: RecordModel,
  change: Partial<EndpointWish>,
): Promise<void> {
  if (change.url !== undefined) checkUrl(product, change.url);
  endpoint.load(change);
  if (change.active) endpoint.load({ failures: 0, disabled_reason: "" });
  await product.app.save(endpoint);
}

/** Puts a new secret in the place of the present one, which proves nothing from now on. */
export async function renewSecret(product: Product, endpoint: RecordModel): Promise<string> {
  const secret = newWebhookSecret();
  endpoint.set("secret", product.serverKey.seal(secret, ownerOf(endpoint.id)));
  await product.app.save(endpoint);
  return secret;
}

/** @returns undefined when the server's own key is another than when it was made */
export function secretOf(serverKey: ServerKey, endpoint: RecordModel): string | undefined {
  return serverKey.open(endpoint.getString("secret"), ownerOf(endpoint.id));
}

/** @throws ProductError `not_found`, also for those of others */
export async function findEndpoint(app: App, userId: string, id: string): Promise<RecordModel> {
  const [endpoint] = await app.findRecordsByIds(WEBHOOKS, [id]);
  if (endpoint?.getString("user_id") !== userId) throw notFound("There is no such webhook.");
  return endpoint;
}

/** What can be told without looking the name up; the rest is checked with every call. */
function checkUrl({ settings }: Product, text: string): void {
  try {
    const { url, isTrusted } = checkAddress(text, {
      trustedOrigins: settings.webhookOrigins,
      anyPort: true,
    });
    const host = url.hostname.replace(/^\[|\]$/g, "");
    if (!isTrusted && isIP(host) && !isPublicAddress(host)) {
      throw new RefusedAddressError("the address is not public");
    }
  } catch (error) {
    if (!(error instanceof RefusedAddressError)) throw error;
    throw invalidField("url", `is refused: ${error.message}`, "validation_invalid_url");
  }
}

function ownerOf(id: string): string {
  return `webhook/${id}`;
}
