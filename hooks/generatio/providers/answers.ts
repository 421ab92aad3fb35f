import type { z } from "zod";
import type { PlainToken } from "../tokens/secret.ts";
import { type ProviderAnswer, retryAfterMs } from "./http.ts";
import { ProviderError, type ProviderErrorKind, type ProviderErrorOptions } from "./provider.ts";

const LONGEST_DETAIL = 300;

export function isSuccess(answer: ProviderAnswer): boolean {
  return answer.status >= 200 && answer.status < 300;
}

/** Reads a successful answer. @throws ProviderError `protocol` when it is none of the protocol */
export function readAnswer<T>(
  schema: z.ZodType<T>,
  answer: ProviderAnswer,
  sent: "yes" | "unknown",
): T {
  const read = schema.safeParse(answer.json);
  if (read.success) return read.data;
  throw new ProviderError("protocol", "The provider's answer cannot be read.", {
    sent,
    cause: read.error,
  });
}

/** What every HTTP status means unless the vendor's body says more. */
export function kindOfStatus(status: number): ProviderErrorKind {
  switch (status) {
    case 400:
    case 413:
    case 422:
      return "validation";
    case 401:
    case 403:
      return "auth";
    case 402:
      return "credits";
    case 404:
    case 410:
      return "missing";
    case 408:
    case 425:
      return "unavailable";
    case 429:
      return "rate_limit";
    default:
      return status >= 500 ? "unavailable" : "protocol";
  }
}

// A gateway in front of the vendor gave up waiting: what it passed on may have arrived.
const GATEWAY_STATUS = new Set([502, 504]);

const OWN_MESSAGES: Partial<Record<ProviderErrorKind, string>> = {
  auth: "The provider rejected the stored key.",
  credits: "The provider account has no balance.",
  moderation: "The provider refused the prompt or the picture because of its content policy.",
  rate_limit: "The provider is asked too often.",
  missing: "The provider does not know this request or model any more.",
  protocol: "The provider's answer cannot be understood.",
};

export interface Refusal {
  readonly kind: ProviderErrorKind;
  /** The vendor's sentence; empty when it gave none. */
  readonly detail: string;
  /** The body was in the vendor's own form; otherwise it may be that of a gateway in between. */
  readonly isFromVendor: boolean;
  readonly vendorCode?: string | undefined;
  readonly fields?: Readonly<Record<string, string>>;
  readonly isFinal?: boolean;
  readonly isFromResult?: boolean;
}

/** The error for an answer other than 2xx. @param token its text is kept out of the message */
export function refusalOf(
  answer: ProviderAnswer,
  refusal: Refusal,
  token: PlainToken,
): ProviderError {
  const { kind, detail, vendorCode, fields = {} } = refusal;
  const isAmbiguous =
    answer.status >= 500 && (!refusal.isFromVendor || GATEWAY_STATUS.has(answer.status));
  const retryAfter = retryAfterMs(answer.headers);
  const options: ProviderErrorOptions = {
    sent: isAmbiguous ? "unknown" : "yes",
    status: answer.status,
    isFinal: refusal.isFinal ?? false,
    isFromResult: refusal.isFromResult ?? false,
    fields: Object.fromEntries(
      Object.entries(fields).map(([field, text]) => [field, printable(text, token)]),
    ),
    ...(vendorCode ? { vendorCode } : {}),
    ...(retryAfter === undefined ? {} : { retryAfterMs: retryAfter }),
  };
  return new ProviderError(kind, messageOf(kind, printable(detail, token)), options);
}

function messageOf(kind: ProviderErrorKind, detail: string): string {
  const own = OWN_MESSAGES[kind];
  if (own) return own;
  const said = detail ? `: ${detail}` : ".";
  return kind === "validation"
    ? `The provider refused a value${said}`
    : `The provider failed${said}`;
}

/** The vendor's text may quote what was sent to it. */
function printable(text: string, token: PlainToken): string {
  return token.hideIn(text).slice(0, LONGEST_DETAIL);
}
