import { z } from "zod";
import { isSuccess, kindOfStatus, readAnswer, refusalOf } from "./answers.ts";
import { callProvider, type ProviderAnswer } from "./http.ts";
import { fileNameOf, toBlob } from "./inline.ts";
import {
  type Outcome,
  type Provider,
  type ProviderContext,
  ProviderError,
  type ProviderErrorKind,
  type ProviderInput,
  type ProviderRequest,
} from "./provider.ts";

// One request makes the pictures while it is open; Node's fetch gives up by itself after 300 seconds.
const GENERATE_TIMEOUT_MS = 290_000;
// Ten pictures of 32 MB in base64.
const MAX_ANSWER_BYTES = 450 * 1024 * 1024;

/** The answer (openai-node: resources/images.ts). Compatible servers may send addresses instead of bytes. */
const made = z.object({
  output_format: z.enum(["png", "jpeg", "webp"]).nullish(),
  data: z.array(z.object({ b64_json: z.string().nullish(), url: z.string().nullish() })).min(1),
  usage: z
    .object({
      input_tokens: z.number(),
      output_tokens: z.number(),
      input_tokens_details: z
        .object({ text_tokens: z.number().default(0), image_tokens: z.number().default(0) })
        .nullish(),
    })
    .nullish(),
});

type Made = z.infer<typeof made>;

const failure = z.object({
  error: z.object({
    message: z.string().default(""),
    type: z.string().nullish(),
    param: z.string().nullish(),
    code: z.string().nullish(),
  }),
});

/** OpenAI's images API, and whatever speaks it. @param origin without `/v1` */
export function createOpenAi(origin: string): Provider {
  return {
    id: "openai",
    needsKey: true,
    submit: (request, context) => submit(origin, request, context),
    // There is nothing to look after: the answer to the request is the result.
    poll: () => Promise.reject(nothingToFollow()),
    cancel: () => Promise.resolve("requested"),
  };
}

async function submit(
  origin: string,
  request: ProviderRequest,
  context: ProviderContext,
): Promise<Outcome> {
  const answer = await callProvider(
    {
      method: "POST",
      url: `${origin}/v1/images/${request.inputs ? "edits" : "generations"}`,
      headers: { authorization: `Bearer ${context.token.reveal()}` },
      ...bodyOf(request),
      timeoutMs: GENERATE_TIMEOUT_MS,
      maxBytes: MAX_ANSWER_BYTES,
    },
    context,
  );
  if (!isSuccess(answer)) throw toError(answer, context);
  const result = readAnswer(made, answer, "unknown");
  const cost = costOf(request, result);
  return {
    state: "done",
    requestId: answer.headers.get("x-request-id") ?? "",
    pictures: picturesOf(result),
    seed: undefined,
    seconds: undefined,
    ...(cost === undefined ? {} : { cost }),
  };
}

/** JSON; with pictures in it a form. */
function bodyOf({ model, prompt, parameters, inputs }: ProviderRequest) {
  const names = model.wireNames ?? {};
  const wired = Object.entries(parameters).map(([name, value]) => [names[name] ?? name, value]);
  const body = { model: model.endpoint, prompt, ...Object.fromEntries(wired) };
  if (!inputs) return { body };
  const form = new FormData();
  for (const [name, value] of Object.entries(body)) form.append(name, String(value));
  for (const [name, picture] of Object.entries(inputs) as [string, ProviderInput][])
    form.append(name, toBlob(picture), fileNameOf(name, picture));
  return { form };
}

function picturesOf({ data, output_format: format }: Made) {
  const urls = data.map(({ b64_json: bytes, url }) =>
    bytes ? `data:image/${format ?? "png"};base64,${bytes}` : (url ?? ""),
  );
  if (urls.includes("")) {
    throw new ProviderError("protocol", "The provider's result holds no picture.", {
      sent: "yes",
      isFinal: true,
    });
  }
  return urls.map((url) => ({ url, isNsfw: false }));
}

/** What the vendor's bill will say, in micro-dollars: tokens by kind. */
function costOf({ model }: ProviderRequest, { usage }: Made): number | undefined {
  const prices = model.tokenPrices;
  if (!usage || !prices) return undefined;
  const imageTokens = usage.input_tokens_details?.image_tokens ?? 0;
  const textTokens = usage.input_tokens - imageTokens;
  const input = textTokens * prices.textIn + imageTokens * prices.imageIn;
  return Math.ceil(input + usage.output_tokens * prices.imageOut);
}

function toError(answer: ProviderAnswer, { token }: ProviderContext): ProviderError {
  const said = failure.safeParse(answer.json).data?.error;
  const code = said?.code ?? said?.type ?? undefined;
  const kind = kindOf(answer.status, code);
  const detail = said?.message ?? "";
  const fields = kind === "validation" && said?.param ? { [said.param]: detail } : {};
  const isFromVendor = said !== undefined;
  return refusalOf(answer, { kind, detail, isFromVendor, vendorCode: code, fields }, token);
}

const KINDS: Readonly<Record<string, ProviderErrorKind>> = {
  moderation_blocked: "moderation",
  content_policy_violation: "moderation",
  insufficient_quota: "credits",
  billing_hard_limit_reached: "credits",
};

function kindOf(status: number, code: string | undefined): ProviderErrorKind {
  const known = code !== undefined && Object.hasOwn(KINDS, code) ? KINDS[code] : undefined;
  // Relays of the vendor answer 451 to refused contents.
  return known ?? (status === 451 ? "moderation" : kindOfStatus(status));
}

function nothingToFollow(): ProviderError {
  return new ProviderError("missing", "The provider keeps no requests.", {
    sent: "yes",
    isFinal: true,
  });
}
