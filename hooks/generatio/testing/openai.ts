import { randomUUID } from "node:crypto";
import { z } from "zod";
import { emulatorOf, paintMosaic } from "../drawing/mosaic.ts";
import { encodeJpeg } from "../drawing/jpeg.ts";
import { encodePng } from "../drawing/png.ts";
import {
  type EmulatedCall,
  type EmulatedVendor,
  type Emulation,
  type Reply,
  startEmulation,
} from "./emulation.ts";
import { type EmulatedRoute, readMarkers } from "./faults.ts";
import type { BilledRequest } from "./bill.ts";
import type { KeyState } from "./key-state.ts";
import { edit, type Generation, generation, judge, moderation } from "./openai-requests.ts";
import { shrunk } from "./shrink.ts";

export interface OpenAiEmulatorOptions {
  /** 0 (the default) takes a free one. */
  readonly port?: number;
  /** The keys that exist. When absent every key does. */
  readonly keys?: Readonly<Record<string, KeyState>>;
  /** Milliseconds of work; 0 when absent. */
  readonly workMs?: number;
  /** Divides the width and height of the pictures, for who needs many; 1 when absent. */
  readonly shrink?: number;
}

export interface OpenAiEmulator extends Emulation {
  /** Its origin, for `GENERATIO_OPENAI_URL`. */
  readonly url: string;
  /** Pictures that would be on the bill. */
  charged(): number;
  /** Everything that was made. */
  bill(): readonly BilledRequest[];
}

/** A loopback HTTP server that speaks OpenAI's images API and makes labelled test pictures. */
export async function startOpenAiEmulator(
  options: OpenAiEmulatorOptions = {},
): Promise<OpenAiEmulator> {
  const vendor = new OpenAiVendor(options);
  const emulation = await startEmulation(vendor, options.port);
  return {
    ...emulation,
    url: vendor.origin,
    charged: () => vendor.bill.reduce((sum, { images }) => sum + images, 0),
    bill: () => vendor.bill,
  };
}

const OPENAI = emulatorOf("OPENAI");
const MODELS: ReadonlySet<string> = new Set([
  "gpt-image-2.5-flare",
  "gpt-image-2.5-sunburst",
  "gpt-image-2",
]);
const OUTPUT_TOKENS: Readonly<Record<string, number>> = { low: 272, medium: 1056, high: 4160 };
const CHARACTERS_PER_TOKEN = 4;
const TOKENS_PER_INPUT = 323;

const ROUTES: Readonly<Record<string, EmulatedRoute>> = {
  "/v1/images/generations": "submit",
  "/v1/images/edits": "submit",
  "/v1/moderations": "moderate",
};

class OpenAiVendor implements EmulatedVendor {
  origin = "";
  readonly bill: BilledRequest[] = [];
  readonly #options: OpenAiEmulatorOptions;

  constructor(options: OpenAiEmulatorOptions) {
    this.#options = options;
  }

  routeOf(method: string, path: string): Pick<EmulatedCall, "route" | "target"> {
    const route = method === "POST" && Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined;
    return { route: route ?? "unknown", target: path };
  }

  promptOf(body: unknown): string {
    return z.object({ prompt: z.string() }).safeParse(body).data?.prompt ?? "";
  }

  async reply(call: EmulatedCall): Promise<Reply> {
    const refusal = this.#refuseKey(call);
    if (refusal) return refusal;
    if (call.route === "moderate") return moderate(call.body);
    if (call.route !== "submit") return failed(404, `Invalid URL (${call.target})`, {});
    const read = (call.target.endsWith("/edits") ? edit : generation).safeParse(call.body);
    if (!read.success) return invalid(read.error);
    return this.#generate(read.data);
  }

  async #generate(wanted: Generation): Promise<Reply> {
    if (!MODELS.has(wanted.model)) {
      return failed(404, `The model '${wanted.model}' does not exist`, { code: "model_not_found" });
    }
    const { ending, extraMs } = readMarkers(wanted.prompt);
    await new Promise((resolve) => setTimeout(resolve, (this.#options.workMs ?? 0) + extraMs));
    if (ending.kind === "error" && ending.status === 422) {
      return failed(400, "Your request was rejected by the safety system.", {
        type: "image_generation_user_error",
        code: "moderation_blocked",
      });
    }
    if (ending.kind === "error")
      return failed(500, "The server had an error.", { type: "server_error" });
    const requestId = randomUUID();
    const { prompt, n: images } = wanted;
    this.bill.push({ requestId, prompt, images });
    const body = answerTo(wanted, this.#options.shrink);
    return { status: 200, body, headers: { "x-request-id": requestId } };
  }

  #refuseKey({ headers }: EmulatedCall): Reply | undefined {
    const key = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
    const { keys } = this.#options;
    const state = !keys ? "ok" : Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (key === "" || state === undefined) {
      return failed(401, `Incorrect API key provided: ${key}`, { code: "invalid_api_key" });
    }
    if (state === "ok") return undefined;
    return failed(429, "You exceeded your current quota.", { code: "insufficient_quota" });
  }
}

function moderate(body: unknown): Reply {
  const read = moderation.safeParse(body);
  if (!read.success) return invalid(read.error);
  const { model, input } = read.data;
  return { status: 200, body: { id: `modr-${randomUUID()}`, model, results: input.map(judge) } };
}

function invalid({ issues: [issue] }: z.ZodError): Reply {
  return failed(400, issue?.message ?? "Invalid request", {
    type: "invalid_request_error",
    param: String(issue?.path[0] ?? ""),
    code: "invalid_value",
  });
}

function answerTo(wanted: Generation, shrink?: number): Record<string, unknown> {
  const { prompt, n, output_format: format } = wanted;
  const size = wanted.size === "auto" ? "1024x1024" : wanted.size;
  const quality = wanted.quality === "auto" ? "medium" : wanted.quality;
  const [width = 1024, height = 1024] = size.split("x").map(Number);
  const data = Array.from({ length: n }, (_, index) => {
    const mosaic = paintMosaic(`${prompt}|${index}`, shrunk({ width, height }, shrink), OPENAI);
    const bytes = format === "png" ? encodePng(mosaic) : encodeJpeg(mosaic);
    return { b64_json: bytes.toString("base64") };
  });
  const textTokens = Math.ceil(prompt.length / CHARACTERS_PER_TOKEN);
  const imageTokens = (wanted.image?.length ?? 0) * TOKENS_PER_INPUT;
  const inputTokens = textTokens + imageTokens;
  const outputTokens = readMarkers(prompt).outputTokens ?? (OUTPUT_TOKENS[quality] ?? 0) * n;
  return {
    created: Math.floor(Date.now() / 1000),
    output_format: format,
    quality,
    size,
    data,
    usage: {
      input_tokens: inputTokens,
      input_tokens_details: { text_tokens: textTokens, image_tokens: imageTokens },
      output_tokens: outputTokens,
      total_tokens: inputTokens + outputTokens,
    },
  };
}

function failed(status: number, message: string, more: Record<string, unknown>): Reply {
  return { status, body: { error: { message, type: null, param: null, code: null, ...more } } };
}
