import { z } from "zod";
import { isSuccess, kindOfStatus, readAnswer, refusalOf } from "./answers.ts";
import { fileNameOf, toBlob, toDataUrl } from "./inline.ts";
import { callProvider, type ProviderAnswer } from "./http.ts";
import {
  type CancelAnswer,
  type Outcome,
  type Provider,
  type ProviderContext,
  ProviderError,
  type ProviderInput,
  type ProviderHandle,
  type ProviderRequest,
  type RecentRequest,
} from "./provider.ts";
import { ReplicateCallbacks } from "./replicate-callbacks.ts";

// Below the 20 seconds within which a client must hear that an answer was lost.
const SUBMIT_TIMEOUT_MS = 15_000;
const READ_TIMEOUT_MS = 10_000;
const UPLOAD_TIMEOUT_MS = 60_000;

/** A prediction (replicate-javascript: index.d.ts). Unknown members are ignored. */
const prediction = z.object({
  id: z.string().min(1),
  status: z.enum(["starting", "processing", "succeeded", "failed", "canceled", "aborted"]),
  /** A list of addresses, or one. */
  output: z.unknown().optional(),
  error: z.unknown().optional(),
  metrics: z.object({ predict_time: z.number().nullish() }).nullish(),
  data_removed: z.boolean().nullish(),
});

type Prediction = z.infer<typeof prediction>;

const output = z.union([z.string().transform((url) => [url]), z.array(z.string())]);

const failure = z.object({ detail: z.string().default(""), title: z.string().default("") });

/** Replicate's predictions API. @param origin without `/v1` */
export function createReplicate(origin: string): Provider {
  const callbacks = new ReplicateCallbacks(origin);
  return {
    id: "replicate",
    needsKey: true,
    submit: (request, context) => submit(origin, request, context),
    poll: (handle, context) => poll(origin, handle, context),
    cancel: (handle, context) => cancel(origin, handle, context),
    handleOf: (requestId) => handleOf(origin, requestId),
    readCallback: (callback, context) => callbacks.read(callback, context),
    listSince: (since, context) => listSince(origin, since, context),
  };
}

async function submit(
  origin: string,
  request: ProviderRequest,
  context: ProviderContext,
): Promise<Outcome> {
  const { model, callbackUrl } = request;
  const callback = { webhook: callbackUrl, webhook_events_filter: ["completed"] };
  const input = { ...inputOf(request), ...(await picturesOf(origin, request, context)) };
  const answer = await callProvider(
    {
      method: "POST",
      url: `${origin}/v1/models/${model.endpoint}/predictions`,
      headers: authorization(context),
      body: { input, ...(callbackUrl === undefined ? {} : callback) },
      timeoutMs: SUBMIT_TIMEOUT_MS,
    },
    context,
  );
  if (!isSuccess(answer)) throw toError(answer, context);
  const accepted = readAnswer(prediction, answer, "unknown");
  return toOutcome(accepted, handleOf(origin, accepted.id));
}

function inputOf({ model, prompt, parameters }: ProviderRequest): Record<string, unknown> {
  const names = model.wireNames ?? {};
  const wired = Object.entries(parameters).map(([name, value]) => [names[name] ?? name, value]);
  return { ...(prompt === "" ? {} : { prompt }), ...Object.fromEntries(wired) };
}

// The vendor advises to upload what is larger.
const MOST_INLINE_BYTES = 256 * 1024;

async function picturesOf(
  origin: string,
  { model: { input }, inputs }: ProviderRequest,
  context: ProviderContext,
): Promise<Record<string, string>> {
  if (!input || !inputs) return {};
  const place = (picture: ProviderInput) =>
    picture.bytes.length <= MOST_INLINE_BYTES
      ? Promise.resolve(toDataUrl(picture))
      : upload(origin, picture, context);
  const { image, mask } = inputs;
  return {
    [input.image]: await place(image),
    ...(mask && input.mask !== undefined ? { [input.mask]: await place(mask) } : {}),
  };
}

const uploaded = z.object({ urls: z.object({ get: z.string().min(1) }) });

/** Costs nothing: whatever goes wrong here, the paid request was not sent. */
async function upload(
  origin: string,
  picture: ProviderInput,
  context: ProviderContext,
): Promise<string> {
  const form = new FormData();
  form.append("content", toBlob(picture), fileNameOf("picture", picture));
  const url = `${origin}/v1/files`;
  try {
    const headers = authorization(context);
    const call = { method: "POST", url, headers, form, timeoutMs: UPLOAD_TIMEOUT_MS } as const;
    const answer = await callProvider(call, context);
    if (!isSuccess(answer)) throw toError(answer, context);
    return readAnswer(uploaded, answer, "yes").urls.get;
  } catch (error) {
    if (error instanceof ProviderError && error.sent === "yes") throw error;
    throw new ProviderError("network", "The picture could not be handed to the provider.", {
      sent: "no",
      cause: error,
    });
  }
}

async function poll(
  origin: string,
  { requestId }: ProviderHandle,
  context: ProviderContext,
): Promise<Outcome> {
  const handle = handleOf(origin, requestId);
  const answer = await callProvider(
    {
      method: "GET",
      url: handle.statusUrl,
      headers: authorization(context),
      timeoutMs: READ_TIMEOUT_MS,
    },
    context,
  );
  if (!isSuccess(answer)) throw toError(answer, context);
  return toOutcome(readAnswer(prediction, answer, "yes"), handle);
}

async function cancel(
  origin: string,
  { requestId }: ProviderHandle,
  context: ProviderContext,
): Promise<CancelAnswer> {
  const answer = await callProvider(
    {
      method: "POST",
      url: handleOf(origin, requestId).cancelUrl,
      headers: authorization(context),
      timeoutMs: READ_TIMEOUT_MS,
    },
    context,
  );
  if (!isSuccess(answer)) throw toError(answer, context);
  const { status } = readAnswer(prediction, answer, "yes");
  // Stopped before it began costs nothing; stopped while it ran is charged, and tells so when it is read.
  if (status === "aborted") return "removed";
  return status === "succeeded" || status === "failed" ? "late" : "requested";
}

/** A page of the account's predictions, the newest first. */
const listing = z.object({
  next: z.string().nullish(),
  results: z.array(
    z.object({
      id: z.string().min(1),
      model: z.string().nullish(),
      created_at: z.string(),
      input: z.record(z.string(), z.unknown()).nullish(),
    }),
  ),
});

type Listed = z.infer<typeof listing>["results"][number];

const MOST_PAGES = 50;

async function listSince(
  origin: string,
  since: number,
  context: ProviderContext,
): Promise<RecentRequest[]> {
  const found: RecentRequest[] = [];
  let url: string | undefined = `${origin}/v1/predictions`;
  for (let page = 0; url !== undefined; page++) {
    if (page === MOST_PAGES) {
      throw new ProviderError("unavailable", "The provider's list is too long.", { sent: "yes" });
    }
    const call = { method: "GET", url, headers: authorization(context) } as const;
    const answer: ProviderAnswer = await callProvider(
      { ...call, timeoutMs: READ_TIMEOUT_MS },
      context,
    );
    if (!isSuccess(answer)) throw toError(answer, context);
    const { results, next } = readAnswer(listing, answer, "yes");
    const recent = results.map(toRecent).filter(({ createdAt }) => createdAt >= since);
    found.push(...recent);
    // The key goes to its own origin only.
    const isMore = recent.length === results.length && next && URL.canParse(next, origin);
    url = isMore
      ? `${origin}${new URL(next, origin).pathname}${new URL(next, origin).search}`
      : undefined;
  }
  return found;
}

function toRecent({ id, model, created_at: created, input }: Listed): RecentRequest {
  return {
    requestId: id,
    createdAt: Date.parse(created),
    isFor: (request) =>
      model === request.model.endpoint &&
      Object.entries(inputOf(request)).every(([name, value]) => input?.[name] === value),
  };
}

function toOutcome(found: Prediction, handle: ProviderHandle): Outcome {
  switch (found.status) {
    case "starting":
      return { state: "queued", handle, position: undefined };
    case "processing":
      return { state: "running", handle };
    case "succeeded":
      return toDone(found);
    case "failed":
      throw failed(typeof found.error === "string" ? found.error : "");
    case "canceled":
    case "aborted":
      throw new ProviderError("canceled", "The request was cancelled at the provider.", FINAL);
  }
}

const FINAL = { sent: "yes", isFinal: true } as const;

function toDone({ id, output: made, data_removed: isRemoved, metrics }: Prediction): Outcome {
  if (isRemoved) {
    throw new ProviderError("missing", "The provider has deleted the result.", FINAL);
  }
  const urls = output.safeParse(made);
  if (!urls.success || urls.data.length === 0) {
    throw new ProviderError("protocol", "The provider's result holds no picture.", FINAL);
  }
  return {
    state: "done",
    requestId: id,
    // There is no flag: what the safety checker refuses fails as a whole.
    pictures: urls.data.map((url) => ({ url, isNsfw: false })),
    seed: undefined,
    seconds: metrics?.predict_time ?? undefined,
  };
}

/** The wording is all that tells a refused content from a crash. */
function failed(error: string): ProviderError {
  if (/nsfw|flagged|sensitive/i.test(error)) {
    const message = "The provider refused the prompt or the picture because of its content policy.";
    return new ProviderError("moderation", message, FINAL);
  }
  return new ProviderError("failed", "The provider could not make the picture.", FINAL);
}

function toError(answer: ProviderAnswer, { token }: ProviderContext): ProviderError {
  const said = failure.safeParse(answer.json).data;
  const detail = said?.detail || said?.title || "";
  const isFromVendor = detail !== "";
  return refusalOf(answer, { kind: kindOfStatus(answer.status), detail, isFromVendor }, token);
}

/** Addresses are built, not taken from answers: the key goes to the present origin only. */
function handleOf(origin: string, requestId: string): ProviderHandle {
  const url = `${origin}/v1/predictions/${encodeURIComponent(requestId)}`;
  return { requestId, statusUrl: url, responseUrl: url, cancelUrl: `${url}/cancel` };
}

function authorization({ token }: ProviderContext): Record<string, string> {
  return { authorization: `Bearer ${token.reveal()}` };
}
