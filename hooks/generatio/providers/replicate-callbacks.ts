import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { isSuccess, readAnswer } from "./answers.ts";
import { isOfNow } from "./callback-age.ts";
import { callProvider } from "./http.ts";
import { type Callback, type ProviderContext, ProviderError } from "./provider.ts";

const READ_TIMEOUT_MS = 10_000;
const SECRETS_LIVE_MS = 24 * 3_600_000;
const LEAST_BETWEEN_READS_MS = 10_000;

const secretAnswer = z.object({ key: z.string().regex(/^whsec_[A-Za-z0-9+/=_-]+$/) });
const told = z.object({ id: z.string().min(1) });

/**
 * Proves Replicate's callbacks (the scheme of standardwebhooks.com): HMAC-SHA256 over id, timestamp and body
 * with a secret of the account that made the request.
 */
export class ReplicateCallbacks {
  readonly #secretUrl: string;
  /** By the fingerprint of the key that reads them. */
  readonly #secrets = new Map<string, { readonly secret: Buffer; readonly readAt: number }>();

  constructor(origin: string) {
    this.#secretUrl = `${origin}/v1/webhooks/default/secret`;
  }

  /** @returns the prediction's id; undefined when it is not proved */
  async read(callback: Callback, context: ProviderContext): Promise<string | undefined> {
    const { header, body } = callback;
    const id = header("webhook-id");
    const timestamp = header("webhook-timestamp");
    const signatures = (header("webhook-signature") ?? "").split(" ");
    if (id === undefined || !isOfNow(timestamp)) return undefined;
    const message = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
    const isSigned = (secret: Buffer) => {
      const right = createHmac("sha256", secret).update(message).digest("base64");
      return signatures.some((signature) => isEqual(signature, `v1,${right}`));
    };
    const known = await this.#secretOf(context, SECRETS_LIVE_MS);
    // The secret may be another by now.
    if (!isSigned(known) && !isSigned(await this.#secretOf(context, LEAST_BETWEEN_READS_MS))) {
      return undefined;
    }
    return predictionIn(body);
  }

  async #secretOf(context: ProviderContext, mayBeOldMs: number): Promise<Buffer> {
    const account = context.token.fingerprint();
    const known = this.#secrets.get(account);
    if (known && Date.now() - known.readAt < mayBeOldMs) return known.secret;
    const answer = await callProvider(
      {
        method: "GET",
        url: this.#secretUrl,
        headers: { authorization: `Bearer ${context.token.reveal()}` },
        timeoutMs: READ_TIMEOUT_MS,
        isSecret: true,
      },
      context,
    );
    if (!isSuccess(answer)) {
      throw new ProviderError("unavailable", "The provider's secret cannot be read.", {
        sent: "yes",
        status: answer.status,
      });
    }
    const { key } = readAnswer(secretAnswer, answer, "yes");
    const secret = Buffer.from(key.slice(key.lastIndexOf("_") + 1), "base64");
    this.#secrets.set(account, { secret, readAt: Date.now() });
    return secret;
  }
}

function isEqual(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function predictionIn(body: Buffer): string | undefined {
  try {
    return told.safeParse(JSON.parse(body.toString("utf8"))).data?.id;
  } catch {
    return undefined;
  }
}
