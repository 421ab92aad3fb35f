import { formatDate } from "../../lib/date.ts";

/** What a provider gives for a code (RFC 6749, 5.1). */
export interface OAuth2Token {
  readonly accessToken: string;
  /** As the `Authorization` header spells it. */
  readonly type: string;
  readonly refreshToken: string;
  /** A stored date; `""` when it does not end. */
  readonly expiry: string;
  /** Everything in the answer, `id_token` among it. */
  readonly extra: Readonly<Record<string, unknown>>;
}

/**
 * Reads the answer of a token endpoint: JSON, or a form as some send it.
 *
 * @throws Error when it is no token
 */
export function parseToken(contentType: string, body: string): OAuth2Token {
  const extra = isForm(contentType)
    ? Object.fromEntries(new URLSearchParams(body))
    : parseObject(body);
  const { error, error_description: description } = extra;
  if (typeof error === "string" && error !== "") {
    throw new Error(
      `the provider refused the code: ${error} ${typeof description === "string" ? description : ""}`,
    );
  }
  const accessToken = textOf(extra["access_token"]);
  if (accessToken === "") throw new Error("the provider sent no access token");
  const seconds = Number(extra["expires_in"] ?? 0);
  return {
    accessToken,
    type: tokenType(textOf(extra["token_type"])),
    refreshToken: textOf(extra["refresh_token"]),
    expiry: seconds > 0 ? formatDate(Date.now() + seconds * 1000) : "",
    extra,
  };
}

function isForm(contentType: string): boolean {
  const type = contentType.split(";")[0]!.trim().toLowerCase();
  return type === "application/x-www-form-urlencoded" || type === "text/plain";
}

function parseObject(body: string): Record<string, unknown> {
  const value: unknown = JSON.parse(body);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error("the provider's token answer is no object");
  }
  return value as Record<string, unknown>;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function tokenType(type: string): string {
  return { bearer: "Bearer", mac: "MAC", basic: "Basic", "": "Bearer" }[type.toLowerCase()] ?? type;
}
