import { ProviderError, type ProviderContext } from "./provider.ts";

export interface ProviderCall {
  readonly method: "GET" | "POST" | "PUT";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent instead. */
  readonly form?: FormData;
  /** How long an answer may take. */
  readonly timeoutMs: number;
  /** How large an answer may be; 4 MB when absent. */
  readonly maxBytes?: number;
  /** The answer is a secret: it is not logged. */
  readonly isSecret?: boolean;
}

export interface ProviderAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed body; undefined when it is no JSON. */
  readonly json: unknown;
}

const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/**
 * One HTTP exchange with a provider, never repeated and never redirected (a redirect would carry the key
 * to somewhere else).
 *
 * @throws ProviderError `network` whose `sent` says whether the request can have arrived
 */
export async function callProvider(
  call: ProviderCall,
  context: ProviderContext,
): Promise<ProviderAnswer> {
  const started = Date.now();
  const sent = call.body === undefined ? "" : JSON.stringify(call.body);
  const { status, headers, text } = await exchange(call, sent, context);
  context.trace({
    method: call.method,
    url: hideTokens(call.url),
    status,
    durationMs: Date.now() - started,
    keyFingerprint: context.token.fingerprint(),
    sent: hideTokens(context.token.hideIn(withoutPictures(sent))),
    received: call.isSecret ? "[hidden]" : hideTokens(context.token.hideIn(text)),
  });
  return { status, headers, json: parseJson(text) };
}

/** Addresses for callbacks prove themselves with a token. */
function hideTokens(text: string): string {
  return text.replaceAll(/(token(?:=|%3D))[\w-]+/gi, "$1[hidden]");
}

interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function exchange(
  call: ProviderCall,
  body: string,
  context: ProviderContext,
): Promise<RawAnswer> {
  try {
    const response = await context.fetch(call.url, {
      method: call.method,
      headers: {
        accept: "application/json",
        ...(body ? { "content-type": "application/json" } : {}),
        ...call.headers,
      },
      ...(call.form ? { body: call.form } : {}),
      ...(body ? { body } : {}),
      redirect: "manual",
      signal: AbortSignal.any([context.signal, AbortSignal.timeout(call.timeoutMs)]),
    });
    return {
      status: response.status,
      headers: response.headers,
      text: await readText(response, call.maxBytes),
    };
  } catch (error) {
    if (error instanceof ProviderError) throw error;
    context.signal.throwIfAborted();
    throw new ProviderError("network", "The provider did not answer.", {
      sent: neverLeft(error) ? "no" : "unknown",
      cause: error,
    });
  }
}

/** What is logged shows that a picture was sent, and not the picture. */
function withoutPictures(text: string): string {
  return text.replaceAll(
    /data:image\/\w+;base64,[A-Za-z0-9+/=]+/g,
    (picture) => `[a picture, ${picture.length} characters]`,
  );
}

async function readText(response: Response, maxBytes = MAX_ANSWER_BYTES): Promise<string> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of response.body ?? []) {
    total += chunk.length;
    if (total > maxBytes) {
      throw new ProviderError("protocol", "The provider's answer is too large.", { sent: "yes" });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

// Failures before a connection stood: nothing of the request can have been processed.
const BEFORE_CONNECTION = new Set([
  "ENOTFOUND",
  "EAI_AGAIN",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_HAS_EXPIRED",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

function neverLeft(error: unknown): boolean {
  const causes = error instanceof Error ? [error.cause, ...innerErrors(error.cause)] : [];
  return causes.some(
    (cause) =>
      cause instanceof Error && "code" in cause && BEFORE_CONNECTION.has(String(cause.code)),
  );
}

/** A host with several addresses fails with all of their errors together. */
function innerErrors(cause: unknown): readonly unknown[] {
  return cause instanceof AggregateError ? cause.errors : [];
}

/** `Retry-After` in milliseconds: seconds or an HTTP date (RFC 9110 §10.2.3). */
export function retryAfterMs(headers: Headers, now: number = Date.now()): number | undefined {
  const text = headers.get("retry-after");
  if (!text) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
