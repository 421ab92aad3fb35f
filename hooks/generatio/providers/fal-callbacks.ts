import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import { z } from "zod";
import { isSuccess, readAnswer } from "./answers.ts";
import { isOfNow } from "./callback-age.ts";
import { callProvider } from "./http.ts";
import { type Callback, type ProviderContext, ProviderError } from "./provider.ts";

const KEYS_LIVE_MS = 24 * 3_600_000;
/** A forged signature must not make us ask the vendor each time. */
const LEAST_BETWEEN_READS_MS = 10_000;
const READ_TIMEOUT_MS = 10_000;

/** Ed25519 public keys (RFC 8037). */
const keySet = z.object({
  keys: z.array(
    z.object({ kty: z.string(), crv: z.string().optional(), x: z.string().optional() }),
  ),
});

const told = z.object({ request_id: z.string().min(1) });

/**
 * Proves FAL's callbacks: Ed25519 over request id, user id, timestamp and the SHA-256 of the body, by any of
 * the keys that the vendor publishes.
 */
export class FalCallbacks {
  readonly #keysUrl: string;
  #keys: readonly KeyObject[] = [];
  #readAt = Number.NEGATIVE_INFINITY;

  /** @param origin that publishes the keys */
  constructor(origin: string) {
    this.#keysUrl = `${origin}/.well-known/jwks.json`;
  }

  /** @returns the request's id; undefined when it is not proved */
  async read(callback: Callback, context: ProviderContext): Promise<string | undefined> {
    const signed = signedPart(callback);
    if (!signed) return undefined;
    if (Date.now() - this.#readAt > KEYS_LIVE_MS) await this.#readKeys(context);
    if (!this.#isSigned(signed)) {
      // The vendor may have other keys by now.
      if (Date.now() - this.#readAt < LEAST_BETWEEN_READS_MS) return undefined;
      await this.#readKeys(context);
      if (!this.#isSigned(signed)) return undefined;
    }
    return requestIn(callback.body);
  }

  #isSigned({ message, signature }: { message: Buffer; signature: Buffer }): boolean {
    return this.#keys.some((key) => verify(null, message, key, signature));
  }

  async #readKeys(context: ProviderContext): Promise<void> {
    const answer = await callProvider(
      { method: "GET", url: this.#keysUrl, headers: {}, timeoutMs: READ_TIMEOUT_MS },
      context,
    );
    if (!isSuccess(answer)) {
      throw new ProviderError("unavailable", "The provider's keys cannot be read.", {
        sent: "yes",
        status: answer.status,
      });
    }
    const { keys } = readAnswer(keySet, answer, "yes");
    this.#keys = keys.flatMap(toKey);
    this.#readAt = Date.now();
  }
}

/** What is no key of this kind is passed over. */
function toKey(jwk: z.infer<typeof keySet>["keys"][number]): KeyObject[] {
  const { kty, crv, x } = jwk;
  if (kty !== "OKP" || crv !== "Ed25519" || x === undefined) return [];
  try {
    return [createPublicKey({ key: { kty, crv, x }, format: "jwk" })];
  } catch {
    return [];
  }
}

/** @returns undefined when something is missing, or it is not of now */
function signedPart({
  header,
  body,
}: Callback): { message: Buffer; signature: Buffer } | undefined {
  const requestId = header("X-Fal-Webhook-Request-Id");
  const userId = header("X-Fal-Webhook-User-Id");
  const timestamp = header("X-Fal-Webhook-Timestamp");
  const signature = header("X-Fal-Webhook-Signature");
  if (requestId === undefined || userId === undefined || !isOfNow(timestamp)) return undefined;
  if (!/^[0-9a-f]{128}$/i.test(signature ?? "")) return undefined;
  const hash = createHash("sha256").update(body).digest("hex");
  const message = Buffer.from([requestId, userId, timestamp, hash].join("\n"), "utf8");
  return { message, signature: Buffer.from(signature ?? "", "hex") };
}

function requestIn(body: Buffer): string | undefined {
  try {
    return told.safeParse(JSON.parse(body.toString("utf8"))).data?.request_id;
  } catch {
    return undefined;
  }
}
