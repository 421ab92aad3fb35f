import { setTimeout as sleep } from "node:timers/promises";
import type { App, RecordModel } from "generatio";
import { RefusedAddressError, sendGuarded } from "../net/guarded-request.ts";
import type { ServerKey } from "../tokens/server-key.ts";
import { secretOf, WEBHOOKS } from "./endpoints.ts";
import { DELIVERIES } from "./outbox.ts";
import { signWebhook } from "./signature.ts";

export interface WebhookSettings {
  /** Pauses between the attempts to make a call, in milliseconds. After the last one it is given up. */
  readonly webhookRetriesMs: readonly number[];
  /** Origins that may be called although they are not public. */
  readonly webhookOrigins: ReadonlySet<string>;
}

const AT_ONCE = 8;
const ANSWER_WITHIN_MS = 15_000;
/** Looks that nobody has asked for: another process may have written a call. */
const IDLE_LOOK_MS = 60_000;
/** So many calls that were given up, one after another, switch their endpoint off. */
const MOST_FAILURES = 10;
const JITTER = 0.1;
const TROUBLE_MS = 1000;

/** Makes the calls that are owed: each until it is taken or given up, those of one endpoint in order. */
export class WebhookSender {
  readonly #app: App;
  readonly #key: ServerKey;
  readonly #settings: WebhookSettings;
  readonly #stop = new AbortController();
  /** By endpoint. */
  readonly #underWay = new Map<string, Promise<void>>();
  #news = Promise.withResolvers<void>();
  #loop: Promise<void> | undefined;

  constructor(app: App, serverKey: ServerKey, settings: WebhookSettings) {
    this.#app = app;
    this.#key = serverKey;
    this.#settings = settings;
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** There is something to be sent. */
  wake(): void {
    this.#news.resolve();
  }

  /** Ends after the calls that are under way; what is owed stays owed. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    await Promise.allSettled(this.#underWay.values());
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      this.#news = Promise.withResolvers();
      const waitMs = await this.#look().catch((error: unknown) => {
        this.#app.logger.error("webhooks could not be read", { error });
        return IDLE_LOOK_MS;
      });
      const patience = sleep(waitMs, undefined, { signal, ref: false }).catch(() => undefined);
      await Promise.race([patience, this.#news.promise]);
    }
  }

  /**
   * Begins what is due, as far as there is room: one call of an endpoint at a time, so that a slow one keeps
   * nobody else waiting.
   *
   * @returns milliseconds until the next look
   */
  async #look(): Promise<number> {
    while (this.#underWay.size < AT_ONCE && !this.#stop.signal.aborted) {
      const delivery = await this.#earliest();
      if (!delivery) return IDLE_LOOK_MS;
      const waitMs = Date.parse(delivery.getString("next_attempt_at")) - Date.now();
      if (waitMs > 0) return Math.min(IDLE_LOOK_MS, waitMs);
      this.#begin(delivery);
    }
    return IDLE_LOOK_MS;
  }

  /** Of the endpoints that are not being called. */
  async #earliest(): Promise<RecordModel | undefined> {
    const busy = [...this.#underWay.keys()];
    const others = busy.map((_id, index) => ` && webhook_id != {:busy${index}}`).join("");
    const params = Object.fromEntries(busy.map((id, index) => [`busy${index}`, id]));
    const [first] = await this.#app.findRecordsByFilter(DELIVERIES, `state = "pending"${others}`, {
      params,
      sort: "next_attempt_at,created",
      limit: 1,
    });
    return first;
  }

  #begin(delivery: RecordModel): void {
    const endpointId = delivery.getString("webhook_id");
    const call = this.#attempt(delivery)
      .catch(async (error: unknown) => {
        this.#app.logger.error("a webhook failed", { error });
        // What could not be written is due at once again.
        await sleep(TROUBLE_MS, undefined, { signal: this.#stop.signal, ref: false });
      })
      .catch(() => undefined)
      .finally(() => {
        this.#underWay.delete(endpointId);
        this.wake();
      });
    this.#underWay.set(endpointId, call);
  }

  async #attempt(delivery: RecordModel): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const [endpoint] = await this.#app.findRecordsByIds(WEBHOOKS, [
      delivery.getString("webhook_id"),
    ]);
    // With the endpoint its calls are gone.
    if (!endpoint) return;
    const answer = endpoint.getBool("active")
      ? await this.#call(endpoint, delivery)
      : { status: 0, error: "the webhook is switched off", isFinal: true };
    if (this.#stop.signal.aborted && answer.status === 0) return;
    await this.#note(endpoint, delivery, answer);
  }

  async #call(endpoint: RecordModel, delivery: RecordModel): Promise<CallAnswer> {
    const secret = secretOf(this.#key, endpoint);
    if (secret === undefined) {
      const error = "the secret cannot be opened any more: make a new one";
      return { status: 0, error, isFinal: true };
    }
    const body = JSON.stringify(delivery.getJson("payload"));
    const signed = { id: delivery.getString("event_id"), secret, at: Date.now() };
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    const headers = { "content-type": "application/json", ...signWebhook(body, signed) };
    try {
      const response = await sendGuarded(
        { url: endpoint.getString("url"), method: "POST", headers, body, signal },
        { trustedOrigins: this.#settings.webhookOrigins, anyPort: true },
      );
      response.destroy();
      const status = response.statusCode ?? 0;
      return { status, error: isTaken(status) ? "" : `the answer was ${status}`, isFinal: false };
    } catch (error) {
      return { status: 0, error: reasonOf(error), isFinal: false };
    }
  }

  /** Writes what came of an attempt, and what follows from it. */
  async #note(endpoint: RecordModel, delivery: RecordModel, answer: CallAnswer): Promise<void> {
    const attempts = delivery.getNumber("attempts") + 1;
    const pause = this.#settings.webhookRetriesMs[attempts - 1];
    const taken = isTaken(answer.status);
    const isOver = taken || answer.isFinal || answer.status === GONE || pause === undefined;
    const state = taken ? "delivered" : isOver ? "dead" : "pending";
    const now = Date.now();
    const next = now + (pause ?? 0) * (1 - JITTER + 2 * JITTER * Math.random());
    await this.#app.runInTransaction(async (tx) => {
      const [stored] = await tx.findRecordsByIds(DELIVERIES, [delivery.id]);
      if (!stored) return;
      stored.load({
        state,
        attempts,
        status: answer.status,
        error: answer.error.slice(0, 500),
        last_attempt_at: new Date(now).toISOString(),
        next_attempt_at: state === "pending" ? new Date(next).toISOString() : "",
      });
      await tx.save(stored);
      await count(tx, endpoint.id, { state, isGone: answer.status === GONE });
    });
  }
}

interface CallAnswer {
  /** 0 when none came. */
  readonly status: number;
  /** Empty when it was taken. */
  readonly error: string;
  /** Another attempt is useless. */
  readonly isFinal: boolean;
}

/** The endpoint says that it is no more. */
const GONE = 410;

function isTaken(status: number): boolean {
  return status >= 200 && status < 300;
}

/** An endpoint that nobody answers for is switched off. */
async function count(
  tx: App,
  endpointId: string,
  { state, isGone }: { state: string; isGone: boolean },
): Promise<void> {
  const [endpoint] = await tx.findRecordsByIds(WEBHOOKS, [endpointId]);
  if (!endpoint || state === "pending") return;
  const before = endpoint.getNumber("failures");
  const failures = state === "dead" ? before + 1 : 0;
  const isOff = isGone || failures >= MOST_FAILURES;
  if (failures === before && !isOff) return;
  endpoint.set("failures", failures);
  if (isOff && endpoint.getBool("active")) {
    const reason = isGone ? "it answered 410 Gone" : `${failures} calls in a row were given up`;
    endpoint.load({ active: false, disabled_reason: reason });
  }
  await tx.save(endpoint);
}

/** Nothing of what the other side has said. */
function reasonOf(error: unknown): string {
  if (error instanceof RefusedAddressError) return error.message;
  if (error instanceof Error && error.name === "TimeoutError") return "no answer came in time";
  return "the connection failed";
}
