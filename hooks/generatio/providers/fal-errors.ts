import type { PlainToken } from "../tokens/secret.ts";
import { kindOfStatus, refusalOf } from "./answers.ts";
import { type Failure, failure } from "./fal-wire.ts";
import type { ProviderAnswer } from "./http.ts";
import type { ProviderError, ProviderErrorKind } from "./provider.ts";

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
  const refusal = {
    kind: kindOf(answer.status, body),
    detail: textOf(body),
    // An answer in the vendor's own form is the vendor's, even when it says nothing.
    isFromVendor: body !== undefined,
    vendorCode: vendorCodeOf(answer, body),
    fields: fieldsOf(body),
    isFinal: reading.isFinal || answer.headers.get("x-fal-retryable") === "false",
    isFromResult: reading.isFromResult,
  };
  return refusalOf(answer, refusal, token);
}

function kindOf(status: number, body: Failure | undefined): ProviderErrorKind {
  if (status === 403) return /balance|locked/i.test(textOf(body)) ? "credits" : "auth";
  const kind = kindOfStatus(status);
  return kind === "validation" && isPolicy(body) ? "moderation" : kind;
}

function isPolicy(body: Failure | undefined): boolean {
  if (typeof body?.detail === "string") return body.error_type === "content_policy_violation";
  return body?.detail.some((entry) => entry.type === "content_policy_violation") ?? false;
}

function vendorCodeOf(answer: ProviderAnswer, body: Failure | undefined): string | undefined {
  const listed = typeof body?.detail === "string" ? undefined : body?.detail[0]?.type;
  return body?.error_type || listed || answer.headers.get("x-fal-error-type") || undefined;
}

function textOf(body: Failure | undefined): string {
  if (!body) return "";
  return typeof body.detail === "string"
    ? body.detail
    : body.detail.map((entry) => entry.msg).join("; ");
}

/** `loc` is `["body", "num_images"]`; anything deeper is named by its first two steps. */
function fieldsOf(body: Failure | undefined): Record<string, string> {
  if (!body || typeof body.detail === "string") return {};
  const named = body.detail.filter((entry) => entry.loc[0] === "body" && entry.loc.length > 1);
  return Object.fromEntries(named.map((entry) => [String(entry.loc[1]), entry.msg]));
}
