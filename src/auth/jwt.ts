import { createHmac, timingSafeEqual } from "node:crypto";

export type Claims = Readonly<Record<string, unknown>>;

const HEADER = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString("base64url");

/**
 * Signs claims as an HS256 JWT (RFC 7515, 7519), with keys in alphabetical order as PocketBase's.
 *
 * @param seconds until it expires, from now
 */
export function signToken(claims: Claims, key: string, seconds: number): string {
  const all: Record<string, unknown> = { ...claims, exp: Math.floor(Date.now() / 1000) + seconds };
  const sorted = Object.fromEntries(
    Object.keys(all)
      .toSorted()
      .map((name) => [name, all[name]]),
  );
  const content = `${HEADER}.${Buffer.from(JSON.stringify(sorted)).toString("base64url")}`;
  return `${content}.${signature(content, key)}`;
}

/** The claims without looking at the signature, `undefined` when it is no token or its time is not now. */
export function readClaims(token: string): Claims | undefined {
  const decoded = decode(token);
  if (decoded?.header["alg"] !== "HS256") return undefined;
  return isNow(decoded.claims) ? decoded.claims : undefined;
}

/** What a token says of itself, whoever signed it and whenever: for telling what is wrong with it. */
export function peekClaims(token: string): Claims {
  return decode(token)?.claims ?? {};
}

function decode(token: string): { readonly header: Claims; readonly claims: Claims } | undefined {
  const parts = token.split(".", 4);
  if (parts.length !== 3) return undefined;
  const header = parse(parts[0]!);
  const claims = parse(parts[1]!);
  return header && claims && { header, claims };
}

/** True when the token was signed with this key. */
export function hasSignature(token: string, key: string): boolean {
  const end = token.lastIndexOf(".");
  const expected = Buffer.from(signature(token.slice(0, end), key));
  const given = Buffer.from(token.slice(end + 1));
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function signature(content: string, key: string): string {
  return createHmac("sha256", key).update(content).digest("base64url");
}

function parse(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Times are checked when they are there: a token without `exp` never ends (as the library PocketBase uses). */
function isNow(claims: Claims): boolean {
  const now = Date.now() / 1000;
  const { exp, nbf, iat } = claims;
  if ([exp, nbf, iat].some((time) => time !== undefined && typeof time !== "number")) return false;
  return (
    !(typeof exp === "number" && now >= exp) &&
    !(typeof nbf === "number" && now < nbf) &&
    !(typeof iat === "number" && now < iat)
  );
}
