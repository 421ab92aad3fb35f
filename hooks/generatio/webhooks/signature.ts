import { createHmac, randomBytes } from "node:crypto";

const SECRET_BYTES = 32;
const PREFIX = "whsec_";

/** What an endpoint proves calls with; shown once. */
export function newWebhookSecret(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString("base64");
}

/**
 * The headers of a signed call (standardwebhooks.com): HMAC-SHA256 over id, timestamp and body.
 *
 * @param secret `whsec_` and base64
 * @param at Unix milliseconds
 */
export function signWebhook(
  body: string,
  { id, secret, at }: { id: string; secret: string; at: number },
): Record<string, string> {
  const timestamp = Math.floor(at / 1000);
  const key = Buffer.from(secret.slice(PREFIX.length), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": `v1,${signature}`,
  };
}
