import { callProvider, type ProviderAnswer } from "./http.ts";
import { FalCallbacks } from "./fal-callbacks.ts";
import { toProviderError } from "./fal-errors.ts";
import { toDataUrl } from "./inline.ts";
import * as wire from "./fal-wire.ts";
import {
  type CancelAnswer,
  type Outcome,
  type Provider,
  type ProviderContext,
  ProviderError,
  type ProviderHandle,
  type ProviderRequest,
} from "./provider.ts";

// Below the 20 seconds within which a client must hear that an answer was lost.
const SUBMIT_TIMEOUT_MS = 15_000;
const READ_TIMEOUT_MS = 10_000;

/**
 * FAL's queue API: submit, follow the addresses it returns, read the result.
 *
 * @param origin of the queue
 * @param keysOrigin publishes the keys that sign callbacks; the same when absent
 */
export function createFal(origin: string, keysOrigin = origin): Provider {
  const callbacks = new FalCallbacks(keysOrigin);
  return {
    id: "fal",
    needsKey: true,
    submit: (request, context) => submit(origin, request, context),
    poll: (handle, context) => poll(atOrigin(origin, handle), context),
    cancel: (handle, context) => cancel(atOrigin(origin, handle), context),
    handleOf: (requestId, model) => handleOf(origin, requestId, model.endpoint),
    provesWithoutKey: true,
    readCallback: (callback, context) => callbacks.read(callback, context),
  };
}

async function submit(
  origin: string,
  request: ProviderRequest,
  context: ProviderContext,
): Promise<Outcome> {
  const { model, prompt, parameters, callbackUrl } = request;
  const { endpoint } = model;
  const query =
    callbackUrl === undefined ? "" : `?${new URLSearchParams({ fal_webhook: callbackUrl })}`;
  const answer = await callProvider(
    {
      method: "POST",
      url: `${origin}/${endpoint}${query}`,
      headers: authorization(context),
      // The input stands at the top level; only the vendor's SDKs take it under `input`.
      body: { ...(prompt === "" ? {} : { prompt }), ...parameters, ...picturesOf(request) },
      timeoutMs: SUBMIT_TIMEOUT_MS,
    },
    context,
  );
  if (!isSuccess(answer)) throw toProviderError(answer, context.token);
  const accepted = wire.submitted.safeParse(answer.json);
  // Taken, but without a name to ask for: as good as a lost answer.
  if (!accepted.success) throw unreadable("unknown", accepted.error);
  const { request_id: requestId, queue_position: position, ...urls } = accepted.data;
  const built = handleOf(origin, requestId, endpoint);
  const handle: ProviderHandle = {
    requestId,
    statusUrl: ownUrl(origin, urls.status_url) ?? built.statusUrl,
    responseUrl: ownUrl(origin, urls.response_url) ?? built.responseUrl,
    cancelUrl: ownUrl(origin, urls.cancel_url) ?? built.cancelUrl,
  };
  return { state: "queued", handle, position };
}

function handleOf(origin: string, requestId: string, endpoint: string): ProviderHandle {
  const base = `${origin}/${appOf(endpoint)}/requests/${encodeURIComponent(requestId)}`;
  return { requestId, statusUrl: `${base}/status`, responseUrl: base, cancelUrl: `${base}/cancel` };
}

/** Pictures go inline: nothing of them is left at the vendor's storage. */
function picturesOf({ model: { input }, inputs }: ProviderRequest): Record<string, string> {
  if (!input || !inputs) return {};
  const { image, mask } = inputs;
  return {
    [input.image]: toDataUrl(image),
    ...(mask && input.mask !== undefined ? { [input.mask]: toDataUrl(mask) } : {}),
  };
}

async function poll(handle: ProviderHandle, context: ProviderContext): Promise<Outcome> {
  const answer = await read(handle.statusUrl, context);
  if (!isSuccess(answer)) throw toProviderError(answer, context.token);
  const status = wire.status.safeParse(answer.json);
  if (!status.success) throw unreadable("yes", status.error);
  const { data } = status;
  switch (data.status) {
    case "IN_QUEUE":
      return { state: "queued", handle, position: data.queue_position ?? undefined };
    case "IN_PROGRESS":
      return { state: "running", handle };
    case "COMPLETED": {
      const seconds = data.metrics?.inference_time ?? undefined;
      if (data.response) return toDone(data.response, seconds);
      return readResult(
        handle,
        { error: data.error, errorType: data.error_type ?? undefined, seconds },
        context,
      );
    }
  }
}

/** The vendor's word for a request that was stopped. */
const CANCELED = "request_cancelled";

interface Completion {
  readonly error: unknown;
  readonly errorType: string | undefined;
  readonly seconds: number | undefined;
}

async function readResult(
  handle: ProviderHandle,
  completion: Completion,
  context: ProviderContext,
): Promise<Outcome> {
  const answer = await read(handle.responseUrl, context);
  if (isSuccess(answer) && !completion.error) return toDone(answer.json, completion.seconds);
  if (isStillRunning(answer)) return { state: "running", handle };
  if (completion.errorType === CANCELED) {
    throw new ProviderError("canceled", "The request was cancelled at the provider.", {
      sent: "yes",
      isFinal: true,
    });
  }
  // The result of a failed request is the model's own error, which says more than the status does.
  if (!isSuccess(answer) && !(completion.error && answer.status === 404)) {
    throw toProviderError(answer, context.token, {
      isFromResult: true,
      isFinal: Boolean(completion.error),
    });
  }
  throw new ProviderError("failed", "The provider could not make the picture.", {
    sent: "yes",
    isFinal: true,
    ...(completion.errorType ? { vendorCode: completion.errorType } : {}),
  });
}

/** The result can lag behind the status for a moment. */
function isStillRunning(answer: ProviderAnswer): boolean {
  const detail = wire.failure.safeParse(answer.json).data?.detail;
  return answer.status === 400 && typeof detail === "string" && /in progress/i.test(detail);
}

function toDone(json: unknown, seconds: number | undefined): Outcome {
  const result = wire.result.safeParse(json);
  if (!result.success) {
    throw new ProviderError("protocol", "The provider's result holds no picture.", {
      sent: "yes",
      isFinal: true,
      cause: result.error,
    });
  }
  const { images, image, has_nsfw_concepts: nsfw, seed, timings } = result.data;
  const made = images ?? (image ? [image] : []);
  return {
    state: "done",
    pictures: made.map(({ url }, index) => ({ url, isNsfw: nsfw?.[index] === true })),
    seed: seed ?? undefined,
    seconds: seconds ?? timings?.inference ?? undefined,
  };
}

async function cancel(handle: ProviderHandle, context: ProviderContext): Promise<CancelAnswer> {
  const answer = await callProvider(
    {
      method: "PUT",
      url: handle.cancelUrl,
      headers: authorization(context),
      timeoutMs: READ_TIMEOUT_MS,
    },
    context,
  );
  const word = wire.canceled.safeParse(answer.json).data?.status;
  if (answer.status === 200 || word === "OK") return "removed";
  return word === "ALREADY_COMPLETED" || answer.status === 400 ? "late" : "requested";
}

function read(url: string, context: ProviderContext): Promise<ProviderAnswer> {
  return callProvider(
    { method: "GET", url, headers: authorization(context), timeoutMs: READ_TIMEOUT_MS },
    context,
  );
}

function authorization(context: ProviderContext): Record<string, string> {
  return { authorization: `Key ${context.token.reveal()}` };
}

function isSuccess(answer: ProviderAnswer): boolean {
  return answer.status >= 200 && answer.status < 300;
}

function unreadable(sent: "yes" | "unknown", cause: unknown): ProviderError {
  return new ProviderError("protocol", "The provider's answer cannot be read.", { sent, cause });
}

/** An address is followed only at the origin that the key belongs to. */
function ownUrl(origin: string, url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) && new URL(url).origin === origin ? url : undefined;
}

/** A stored handle may be older than the present setting of the origin; the key goes to the present one only. */
function atOrigin(origin: string, handle: ProviderHandle): ProviderHandle {
  const here = (url: string) => {
    const { pathname, search } = new URL(url);
    return `${origin}${pathname}${search}`;
  };
  return {
    requestId: handle.requestId,
    statusUrl: here(handle.statusUrl),
    responseUrl: here(handle.responseUrl),
    cancelUrl: here(handle.cancelUrl),
  };
}

// Endpoints of these owners carry them in front of the owner/app pair (fal-js: utils.ts parseEndpointId).
const NAMESPACES = new Set(["workflows", "comfy"]);

/** Requests are named under owner/app; the rest of an endpoint's path answers 405 there. */
function appOf(endpoint: string): string {
  const parts = endpoint.split("/");
  return parts.slice(0, NAMESPACES.has(parts[0] ?? "") ? 3 : 2).join("/");
}
