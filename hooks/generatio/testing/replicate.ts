import { randomUUID } from "node:crypto";
import { z } from "zod";
import { encodeJpeg } from "../drawing/jpeg.ts";
import { emulatorOf, paintMosaic } from "../drawing/mosaic.ts";
import { shrunk } from "./shrink.ts";
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
  };
}

const REPLICATE = emulatorOf("REPLICATE");
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
  stopped: "canceled" | "aborted" | undefined;
}

class ReplicateVendor implements EmulatedVendor {
  origin = "";
  readonly #options: ReplicateEmulatorOptions;
  readonly #predictions = new Map<string, Prediction>();
  readonly #uploads = new Map<string, EmulatedFile>();
  readonly #models = replicateModels((url) => this.#uploads.get(url)?.bytes);
  #ahead = 0;

  constructor(options: ReplicateEmulatorOptions) {
    this.#options = options;
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

  routeOf(method: string, path: string): Pick<EmulatedCall, "route" | "target"> {
    const submit = /^\/v1\/models\/([^/]+\/[^/]+)\/predictions$/.exec(path);
    if (submit && method === "POST") return { route: "submit", target: submit[1]! };
    if (path === "/v1/predictions" && method === "GET") return { route: "status", target: "" };
    if (path === "/v1/files" && method === "POST") return { route: "upload", target: "" };
    const cancel = /^\/v1\/predictions\/([^/]+)\/cancel$/.exec(path);
    if (cancel && method === "POST") return { route: "cancel", target: cancel[1]! };
    const status = /^\/v1\/predictions\/([^/]+)$/.exec(path);
    if (status && method === "GET") return { route: "status", target: status[1]! };
    const file = /^\/files\/(.+)$/.exec(path);
    if (file && method === "GET") return { route: "file", target: file[1]! };
    return { route: "unknown", target: "" };
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
    if (call.target === "") return this.#list();
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

  #list(): Reply {
    const results = [...this.#predictions.values()].toReversed().map((found) => this.#show(found));
    return { status: 200, body: { previous: null, next: null, results } };
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
      stopped: undefined,
    };
    this.#predictions.set(prediction.id, prediction);
    // As the vendor does: what is made at once is still told as begun.
    return { status: 201, body: { ...this.#show(prediction), status: "starting", output: null } };
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

function pictureCount({ input }: Prediction): number {
  const { ending } = readMarkers(input.prompt);
  return ending.kind === "pictures" ? (ending.count ?? input.count) : input.count;
}

function errorOf(ending: ReturnType<typeof readMarkers>["ending"]): string | undefined {
  if (ending.kind === "error") {
    return ending.status === 422
      ? "NSFW content detected. Try running it again, or try a different prompt."
      : "CUDA out of memory";
  }
  return undefined;
}

function problem(status: number, title: string, detail: string): Reply {
  return { status, body: { title, detail, status } };
}
