import { randomUUID } from "node:crypto";
import type { BilledRequest } from "./bill.ts";
import { CallbackSender } from "./callbacks.ts";
import type { Reply } from "./emulation.ts";
import { FalSigner } from "./fal-signer.ts";
import type { KeyState } from "./key-state.ts";
import { EMULATED_MODELS, toDetail } from "./fal-models.ts";
import { FalQueue, type QueuedRequest } from "./fal-queue.ts";
import { fileReply, pictureCount, requestUrls, resultReply, statusReply } from "./fal-replies.ts";
import { type EmulatedRoute, readMarkers } from "./faults.ts";

export interface FalEmulatorOptions {
  /** 0 (the default) takes a free one. */
  readonly port?: number;
  /** The keys that exist. When absent every key does. */
  readonly keys?: Readonly<Record<string, KeyState>>;
  /** Least milliseconds in the queue; 0 when absent. */
  readonly queueMs?: number;
  /** Requests of others in front of every new one; 0 when absent. */
  readonly ahead?: number;
  /** Milliseconds of work; 0 when absent. */
  readonly workMs?: number;
  /** Requests of one key at work at the same time; 2 when absent, as for a new customer. */
  readonly concurrency?: number;
  /** Pauses between attempts to call back, in milliseconds; a few seconds in all when absent. */
  readonly callbackRetriesMs?: readonly number[];
}

/** What the vendor would put on the bill. */
export interface Charge {
  readonly requestId: string;
  readonly key: string;
  readonly endpoint: string;
  readonly images: number;
  readonly micros: number;
}

/** A call as the vendor understands it. */
export interface FalCall {
  readonly route: EmulatedRoute | "unknown";
  readonly method: string;
  readonly url: URL;
  readonly key: string;
  /** The endpoint of a submit, or the request's id. */
  readonly target: string;
  readonly body: unknown;
}

/** How the vendor behaves when nothing goes wrong, without HTTP. */
export class FalVendor {
  /** Where it says it can be reached. */
  origin = "";
  lastWebhook = "";
  readonly queue: FalQueue;
  readonly callbacks: CallbackSender;
  readonly signer = new FalSigner();
  readonly #options: FalEmulatorOptions;
  #ahead = 0;

  constructor(options: FalEmulatorOptions) {
    this.#options = options;
    const { queueMs = 0, ahead = 0, concurrency = 2 } = options;
    this.callbacks = new CallbackSender(options.callbackRetriesMs);
    this.queue = new FalQueue({ queueMs, ahead, concurrency }, () => this.#now());
  }

  tick(milliseconds: number): void {
    this.#ahead += milliseconds;
  }

  bill(): BilledRequest[] {
    return this.queue.all().map((request) => ({
      requestId: request.id,
      prompt: request.input.prompt,
      images: this.#delivered(request),
    }));
  }

  charges(): Charge[] {
    const finished = this.queue.all().filter((request) => this.#delivered(request) > 0);
    return finished.map((request) => ({
      requestId: request.id,
      key: request.key,
      endpoint: request.endpoint,
      images: pictureCount(request),
      micros: priceOf(request),
    }));
  }

  reply(call: FalCall): Reply {
    if (call.route === "file") return this.#file(call);
    if (call.target === KEY_SET) return { status: 200, body: this.signer.keySet() };
    const refusal = this.#refuseKey(call.key);
    if (refusal) return refusal;
    if (call.route === "submit") return this.#submit(call);
    if (call.route === "unknown") return methodNotAllowed;
    const request = this.queue.find(call.target);
    if (!request || request.key !== call.key || !call.url.pathname.startsWith(appPath(request))) {
      return {
        status: 404,
        body: call.route === "cancel" ? { status: "NOT_FOUND" } : { detail: "Request not found" },
      };
    }
    if (call.route === "cancel") return this.#cancel(request, call.method);
    const options = {
      origin: this.origin,
      now: this.#now(),
      logs: call.url.searchParams.get("logs") === "1",
    };
    return call.route === "status"
      ? statusReply(this.queue, request, options)
      : resultReply(this.queue, request, options);
  }

  #delivered(request: QueuedRequest): number {
    const isDone = this.queue.stateOf(request) === "COMPLETED" && !request.isCanceled;
    return isDone ? pictureCount(request) : 0;
  }

  #refuseKey(key: string): Reply | undefined {
    const state = this.#options.keys
      ? Object.hasOwn(this.#options.keys, key)
        ? this.#options.keys[key]
        : undefined
      : "ok";
    if (key === "" || state === undefined) {
      return {
        status: 401,
        body: { detail: "Authentication is required to access this application." },
      };
    }
    if (state === "no_balance")
      return { status: 402, body: { detail: "Payment required: exhausted balance." } };
    if (state === "locked") {
      return {
        status: 403,
        body: { detail: "User is locked. Reason: Exhausted balance. Top up your balance." },
      };
    }
    return undefined;
  }

  #submit(call: FalCall): Reply {
    const model = Object.hasOwn(EMULATED_MODELS, call.target)
      ? EMULATED_MODELS[call.target]
      : undefined;
    if (!model) return { status: 404, body: { detail: `Application '${call.target}' not found` } };
    const input = model.input.safeParse(call.body);
    if (!input.success) return { status: 422, body: toDetail(input.error) };
    const { ending, extraMs } = readMarkers(input.data.prompt);
    const request = this.queue.add({
      id: randomUUID(),
      key: call.key,
      endpoint: call.target,
      input: input.data,
      ending,
      isSingle: model.isSingle ?? false,
      workMs: (this.#options.workMs ?? 0) + extraMs,
    });
    const webhook = call.url.searchParams.get("fal_webhook");
    this.lastWebhook = webhook ?? "";
    if (webhook !== null) this.#oweCallback(request, webhook);
    const body = {
      status: "IN_QUEUE",
      request_id: request.id,
      gateway_request_id: request.id,
      ...requestUrls(this.origin, request),
      queue_position: this.queue.positionOf(request),
    };
    return { status: 200, body, headers: { "x-fal-request-id": request.id } };
  }

  #oweCallback(request: QueuedRequest, url: string): void {
    const { callbacks: copies, callbackDelayMs: lateMs } = readMarkers(request.input.prompt);
    const sign = () => {
      const { status, body } = resultReply(this.queue, request, {
        origin: this.origin,
        now: this.#now(),
      });
      const outcome =
        status === 200
          ? { status: "OK" }
          : { status: "ERROR", error: `Invalid status code: ${status}` };
      const ids = { request_id: request.id, gateway_request_id: request.id };
      const text = JSON.stringify({ ...ids, ...outcome, payload: body });
      return this.signer.sign(text, request.id, Date.now());
    };
    const isDue = () => this.queue.stateOf(request) === "COMPLETED";
    this.callbacks.owe({ url, isDue, sign, copies, lateMs });
  }

  #cancel(request: QueuedRequest, method: string): Reply {
    if (method !== "PUT") return methodNotAllowed;
    const state = this.queue.stateOf(request);
    if (state === "COMPLETED") return { status: 400, body: { status: "ALREADY_COMPLETED" } };
    if (!readMarkers(request.input.prompt).isStubborn) this.queue.cancel(request);
    else if (state === "IN_QUEUE")
      return { status: 202, body: { status: "CANCELLATION_REQUESTED" } };
    return state === "IN_QUEUE"
      ? { status: 200, body: { status: "OK" } }
      : { status: 202, body: { status: "CANCELLATION_REQUESTED" } };
  }

  #file(call: FalCall): Reply {
    const [id = "", name = ""] = call.target.split("/");
    const request = this.queue.find(id);
    const index = /^(\d+)\.(?:png|jpg)$/.exec(name)?.[1];
    const isMissing = request && readMarkers(request.input.prompt).missingFile === Number(index);
    if (!request || index === undefined || isMissing)
      return { status: 404, body: { detail: "Not found" } };
    return fileReply(request, Number(index));
  }

  #now(): number {
    return Date.now() + this.#ahead;
  }
}

/** Where the keys that sign callbacks are published. */
export const KEY_SET = "/.well-known/jwks.json";

const methodNotAllowed: Reply = { status: 405, body: { detail: "Method Not Allowed" } };

function appPath(request: QueuedRequest): string {
  return `/${request.endpoint.split("/").slice(0, 2).join("/")}/requests/`;
}

function priceOf(request: QueuedRequest): number {
  const { width, height } = request.input.image_size;
  const megapixels = Math.max(1, Math.ceil((width * height) / 1_048_576));
  const micros = EMULATED_MODELS[request.endpoint]?.micros ?? { perImage: 0 };
  const each = "perImage" in micros ? micros.perImage : micros.perMegapixel * megapixels;
  return each * pictureCount(request);
}
