import { randomUUID } from "node:crypto";
import { z } from "zod";
import { encodeJpeg } from "../drawing/jpeg.ts";
import { emulatorOf, paintMosaic } from "../drawing/mosaic.ts";
import { shrunk } from "./shrink.ts";
import { errorOf, problem } from "./replicate-errors.ts";
import { LIST, routeOf, SECRET } from "./replicate-routes.ts";
import { StandardSigner } from "./standard-signer.ts";
import { encodePng } from "../drawing/png.ts";
import {
  type EmulatedCall,
  type EmulatedVendor,
  type Emulation,
  type Reply,
  startEmulation,
} from "./emulation.ts";
import { readMarkers } from "./faults.ts";
import type { BilledRequest } from "./bill.ts";
import { CallbackSender } from "./callbacks.ts";
import type { KeyState } from "./key-state.ts";
import type { EmulatedFile } from "./picture-input.ts";
import { type EmulatedRun, replicateModels } from "./replicate-models.ts";

export interface ReplicateEmulatorOptions {
  /** 0 (the default) takes a free one. */
  readonly port?: number;
  /** The tokens that exist. When absent every token does. */
  readonly keys?: Readonly<Record<string, KeyState>>;
  /** Milliseconds before the work begins; 0 when absent. */
  readonly queueMs?: number;
  /** Milliseconds of work; 0 when absent. */
  readonly workMs?: number;
  /** Divides the width and height of the pictures, for who needs many; 1 when absent. */
  readonly shrink?: number;
  /** Pauses between attempts to call back, in milliseconds; a few seconds in all when absent. */
  readonly callbackRetriesMs?: readonly number[];
}

export interface ReplicateEmulator extends Emulation {
  /** Its origin, for `GENERATIO_REPLICATE_URL`. */
  readonly url: string;
  /** Moves its clock on. */
  tick(milliseconds: number): void;
  /** Pictures that would be on the bill. */
  charged(): number;
  /** Everything that was accepted, and what came of it so far. */
  bill(): readonly BilledRequest[];
  /** Signs callbacks; for tests that make their own. */
  readonly signer: StandardSigner;
  /** The answers to its callbacks so far. */
  callbackAnswers(): CallbackSender["answers"];
}

/** A loopback HTTP server that speaks Replicate's predictions API and makes labelled test pictures. */
export async function startReplicateEmulator(
  options: ReplicateEmulatorOptions = {},
): Promise<ReplicateEmulator> {
  const vendor = new ReplicateVendor(options);
  const emulation = await startEmulation(vendor, options.port);
  return {
    ...emulation,
    url: vendor.origin,
    tick: (milliseconds) => vendor.tick(milliseconds),
    charged: () => vendor.charged(),
    bill: () => vendor.bill(),
    signer: vendor.signer,
    callbackAnswers: () => vendor.callbacks.answers,
    close: () => {
      vendor.callbacks.close();
      return emulation.close();
    },
  };
}

const REPLICATE = emulatorOf("REPLICATE");
const PAGE = 100;
const RESULT_KEPT_MS = 3_600_000;

type Status = "starting" | "processing" | "succeeded" | "failed" | "canceled" | "aborted";

interface Prediction {
  readonly id: string;
  readonly model: string;
  /** As it was sent. */
  readonly sent: unknown;
  readonly input: EmulatedRun;
  /** Answered as one address, not as a list. */
  readonly isSingle: boolean;
  readonly startsAt: number;
  readonly endsAt: number;
  /** Undefined when it ends well. */
  readonly error: string | undefined;
  readonly webhook: string | undefined;
  readonly createdAt: number;
  stopped: "canceled" | "aborted" | undefined;
}

class ReplicateVendor implements EmulatedVendor {
  origin = "";
  readonly routeOf = routeOf;
  readonly callbacks: CallbackSender;
  readonly signer = new StandardSigner();
  readonly #options: ReplicateEmulatorOptions;
  readonly #predictions = new Map<string, Prediction>();
  readonly #uploads = new Map<string, EmulatedFile>();
  readonly #models = replicateModels((url) => this.#uploads.get(url)?.bytes);
  #ahead = 0;

  constructor(options: ReplicateEmulatorOptions) {
    this.#options = options;
    this.callbacks = new CallbackSender(options.callbackRetriesMs);
  }

  tick(milliseconds: number): void {
    this.#ahead += milliseconds;
  }

  charged(): number {
    return this.bill().reduce((sum, { images }) => sum + images, 0);
  }

  bill(): BilledRequest[] {
    return [...this.#predictions.values()].map((found) => ({
      requestId: found.id,
      prompt: found.input.prompt,
      images: this.#statusOf(found) === "succeeded" ? pictureCount(found) : 0,
    }));
  }

  promptOf(body: unknown): string {
    const read = z.object({ input: z.object({ prompt: z.string() }) }).safeParse(body);
    return read.data?.input.prompt ?? "";
  }

  async reply(call: EmulatedCall): Promise<Reply> {
    if (call.route === "file") return this.#file(call.target);
    const refusal = this.#refuseKey(call);
    if (refusal) return refusal;
    if (call.route === "upload") return this.#upload(call.body);
    if (call.route === "submit") return this.#waited(this.#submit(call), call);
    if (call.target === SECRET) return { status: 200, body: { key: this.signer.secret() } };
    if (call.target === LIST) return this.#list(call.url);
    const found = this.#predictions.get(call.target);
    if (!found) return problem(404, "Not found", "The requested resource could not be found.");
    if (call.route === "cancel") this.#stop(found);
    return { status: 200, body: this.#show(found) };
  }

  #refuseKey({ headers }: EmulatedCall): Reply | undefined {
    const key = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
    const { keys } = this.#options;
    const state = !keys ? "ok" : Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (key === "" || state === undefined) {
      return problem(401, "Unauthenticated", "You did not pass a valid authentication token");
    }
    if (state === "ok") return undefined;
    return problem(402, "Insufficient credit", "You have insufficient credit to run this model.");
  }

  /** Files for inputs, known by the address that is answered. */
  #upload(body: unknown): Reply {
    const { content } = body as { content?: EmulatedFile };
    if (!content?.bytes) return problem(422, "Invalid input", "content: is required");
    const id = randomUUID().replaceAll("-", "");
    const get = `${this.origin}/v1/files/${id}`;
    this.#uploads.set(get, content);
    const { name, type, bytes } = content;
    return {
      status: 201,
      body: { id, name, content_type: type, size: bytes.length, urls: { get } },
    };
  }

  /** `Prefer: wait[=seconds]`: the answer is held until the work is done, for a minute at most. */
  async #waited(reply: Reply, { headers }: EmulatedCall): Promise<Reply> {
    const wish = /^wait(?:=(\d+))?$/.exec(String(headers["prefer"] ?? ""));
    const found = this.#predictions.get((reply.body as { id?: string }).id ?? "");
    if (!wish || !found) return reply;
    const most = Date.now() + Math.min(60, Number(wish[1] ?? 60)) * 1000;
    while (Date.now() < most && this.#now() < found.endsAt && !found.stopped)
      await new Promise((resolve) => setTimeout(resolve, 20));
    return { ...reply, body: this.#show(found) };
  }

  #submit(call: EmulatedCall): Reply {
    const model = Object.hasOwn(this.#models, call.target) ? this.#models[call.target] : undefined;
    if (!model) return problem(404, "Not found", "The requested resource could not be found.");
    const read = z.object({ input: model.input }).safeParse(call.body);
    if (!read.success) {
      const [issue] = read.error.issues;
      const field = issue?.path.join(".") ?? "input";
      return problem(422, "Input validation failed", `- ${field}: ${issue?.message ?? "invalid"}`);
    }
    const { input } = read.data;
    const { ending, extraMs } = readMarkers(input.prompt);
    const startsAt = this.#now() + (this.#options.queueMs ?? 0);
    const workMs = (this.#options.workMs ?? 0) + extraMs;
    const prediction: Prediction = {
      id: randomUUID().replaceAll("-", "").slice(0, 26),
      model: call.target,
      sent: (call.body as { input: unknown }).input,
      input,
      isSingle: model.isSingle,
      startsAt,
      endsAt: ending.kind === "never" ? Number.POSITIVE_INFINITY : startsAt + workMs,
      error: errorOf(ending),
      webhook: webhookOf(call.body),
      createdAt: this.#now(),
      stopped: undefined,
    };
    this.#oweCallback(prediction);
    this.#predictions.set(prediction.id, prediction);
    // As the vendor does: what is made at once is still told as begun.
    return { status: 201, body: { ...this.#show(prediction), status: "starting", output: null } };
  }

  #oweCallback(found: Prediction): void {
    const { callbacks: copies, callbackDelayMs: lateMs } = readMarkers(found.input.prompt);
    if (found.webhook === undefined) return;
    const sign = () => this.signer.sign(JSON.stringify(this.#show(found)), Date.now());
    const isDue = () => !["starting", "processing"].includes(this.#statusOf(found));
    this.callbacks.owe({ url: found.webhook, isDue, sign, copies, lateMs });
  }

  /** The newest first, in pages. */
  #list(url: URL): Reply {
    const from = Number(url.searchParams.get("cursor") ?? 0);
    const all = [...this.#predictions.values()].toReversed();
    const next = `${this.origin}${LIST}?cursor=${from + PAGE}`;
    const body = {
      previous: null,
      next: from + PAGE < all.length ? next : null,
      results: all.slice(from, from + PAGE).map((found) => this.#show(found)),
    };
    return { status: 200, body };
  }

  #stop(found: Prediction): void {
    if (readMarkers(found.input.prompt).isStubborn) return;
    const status = this.#statusOf(found);
    if (status === "starting") found.stopped = "aborted";
    if (status === "processing") found.stopped = "canceled";
  }

  #statusOf(found: Prediction): Status {
    if (found.stopped) return found.stopped;
    if (this.#now() < found.startsAt) return "starting";
    if (this.#now() < found.endsAt) return "processing";
    return found.error === undefined ? "succeeded" : "failed";
  }

  #show(found: Prediction): Record<string, unknown> {
    const status = this.#statusOf(found);
    const isRemoved = status === "succeeded" && this.#now() > found.endsAt + RESULT_KEPT_MS;
    const url = `${this.origin}/v1/predictions/${found.id}`;
    return {
      id: found.id,
      model: found.model,
      version: "hidden",
      input: found.sent,
      status,
      output: status === "succeeded" && !isRemoved ? this.#output(found) : null,
      error: status === "failed" ? found.error : null,
      logs: "",
      data_removed: isRemoved,
      metrics:
        status === "succeeded" ? { predict_time: (found.endsAt - found.startsAt) / 1000 } : {},
      created_at: new Date(found.createdAt).toISOString(),
      webhook: found.webhook ?? null,
      urls: { get: url, cancel: `${url}/cancel` },
    };
  }

  #output(found: Prediction): string | string[] {
    const { id, input } = found;
    const urls = Array.from(
      { length: pictureCount(found) },
      (_, index) => `${this.origin}/files/${id}/out-${index}.${input.format}`,
    );
    return found.isSingle ? (urls[0] ?? "") : urls;
  }

  #file(target: string): Reply {
    const [, id = "", index = "0"] = /^([^/]+)\/out-(\d+)\.\w+$/.exec(target) ?? [];
    const found = this.#predictions.get(id);
    const prompt = found?.input.prompt ?? "";
    if (
      !found ||
      Number(index) >= pictureCount(found) ||
      readMarkers(prompt).missingFile === Number(index)
    ) {
      return { status: 404, body: { detail: "Not found" } };
    }
    const { seed, size, format } = found.input;
    const source = `${prompt}|${seed ?? id}|${index}`;
    const mosaic = paintMosaic(source, shrunk(size, this.#options.shrink), REPLICATE);
    // It cannot make WebP; receivers look at the bytes, not at the name.
    return format === "jpg"
      ? { status: 200, body: encodeJpeg(mosaic), headers: { "content-type": "image/jpeg" } }
      : { status: 200, body: encodePng(mosaic), headers: { "content-type": "image/png" } };
  }

  #now(): number {
    return Date.now() + this.#ahead;
  }
}

function webhookOf(body: unknown): string | undefined {
  return z.object({ webhook: z.url() }).safeParse(body).data?.webhook;
}

function pictureCount({ input }: Prediction): number {
  const { ending } = readMarkers(input.prompt);
  return ending.kind === "pictures" ? (ending.count ?? input.count) : input.count;
}
