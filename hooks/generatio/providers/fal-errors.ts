import type { PlainToken } from "../tokens/secret.ts";
import { type Failure, failure } from "./fal-wire.ts";
import { type ProviderAnswer, retryAfterMs } from "./http.ts";
import { ProviderError, type ProviderErrorKind, type ProviderErrorOptions } from "./provider.ts";

const LONGEST_DETAIL = 300;
// A gateway in front of the queue gave up waiting: what it passed on may have arrived.
const GATEWAY_STATUS = new Set([502, 504]);

/**
 * What an answer other than 2xx means.
 *
 * @param token its text is kept out of the message
 */
export function toProviderError(
  answer: ProviderAnswer,
  token: PlainToken,
  reading: { isFromResult: boolean; isFinal: boolean } = { isFromResult: false, isFinal: false },
): ProviderError {
  const body = failure.safeParse(answer.json).data;
  const kind = kindOf(answer.status, body);
  const retryAfter = retryAfterMs(answer.headers);
  const vendorCode = vendorCodeOf(answer, body);
  const options: ProviderErrorOptions = {
    sent: isAmbiguous(answer, body) ? "unknown" : "yes",
    status: answer.status,
    isFinal: reading.isFinal || answer.headers.get("x-fal-retryable") === "false",
    isFromResult: reading.isFromResult,
    fields: fieldsOf(body, token),
    ...(vendorCode ? { vendorCode } : {}),
    ...(retryAfter === undefined ? {} : { retryAfterMs: retryAfter }),
  };
  return new ProviderError(kind, messageOf(kind, body, token), options);
}

function kindOf(status: number, body: Failure | undefined): ProviderErrorKind {
  switch (status) {
    case 401:
      return "auth";
    case 402:
      return "credits";
    case 403:
      return /balance|locked/i.test(textOf(body)) ? "credits" : "auth";
    case 404:
    case 410:
      return "missing";
    case 400:
    case 422:
      return isPolicy(body) ? "moderation" : "validation";
    case 408:
    case 425:
      return "unavailable";
    case 429:
      return "rate_limit";
    default:
      return status >= 500 ? "unavailable" : "protocol";
  }
}

function isAmbiguous(answer: ProviderAnswer, body: Failure | undefined): boolean {
  return answer.status >= 500 && (body === undefined || GATEWAY_STATUS.has(answer.status));
}

function isPolicy(body: Failure | undefined): boolean {
  if (typeof body?.detail === "string") return body.error_type === "content_policy_violation";
  return body?.detail.some((entry) => entry.type === "content_policy_violation") ?? false;
}

function vendorCodeOf(answer: ProviderAnswer, body: Failure | undefined): string | undefined {
  const listed = typeof body?.detail === "string" ? undefined : body?.detail[0]?.type;
  return body?.error_type || listed || answer.headers.get("x-fal-error-type") || undefined;
}

const OWN_MESSAGES: Partial<Record<ProviderErrorKind, string>> = {
  auth: "The provider rejected the stored key.",
  credits: "The provider account has no balance.",
  moderation: "The provider refused the prompt or the picture because of its content policy.",
  rate_limit: "The provider is asked too often.",
  missing: "The provider does not know this request or model any more.",
  protocol: "The provider's answer cannot be understood.",
};

function messageOf(kind: ProviderErrorKind, body: Failure | undefined, token: PlainToken): string {
  const own = OWN_MESSAGES[kind];
  if (own) return own;
  const detail = printable(textOf(body), token);
  const said = detail ? `: ${detail}` : ".";
  return kind === "validation"
    ? `The provider refused a value${said}`
    : `The provider failed${said}`;
}

function textOf(body: Failure | undefined): string {
  if (!body) return "";
  return typeof body.detail === "string"
    ? body.detail
    : body.detail.map((entry) => entry.msg).join("; ");
}

/** `loc` is `["body", "num_images"]`; anything deeper is named by its first two steps. */
function fieldsOf(body: Failure | undefined, token: PlainToken): Record<string, string> {
  if (!body || typeof body.detail === "string") return {};
  const named = body.detail.filter((entry) => entry.loc[0] === "body" && entry.loc.length > 1);
  return Object.fromEntries(
    named.map((entry) => [String(entry.loc[1]), printable(entry.msg, token)]),
  );
}

/** The vendor's text may quote what was sent to it. */
function printable(text: string, token: PlainToken): string {
  return token.hideIn(text).slice(0, LONGEST_DETAIL);
}
