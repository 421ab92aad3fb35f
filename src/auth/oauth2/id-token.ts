import { compactVerify, createRemoteJWKSet, decodeJwt } from "jose";
import type { OAuth2Token } from "./token.ts";

/** Signatures that a published key can prove. */
const ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];

const DEFAULT_LEEWAY_SECONDS = 300;

export interface IdTokenChecks {
  /** Who the token must be for; not checked when absent. */
  readonly audience?: string;
  /** Who may have issued it; anyone when empty. */
  readonly issuers?: readonly string[];
  /** Where the issuer's keys are; the signature is not checked when empty. */
  readonly jwksURL?: string;
  /** A token without an end is refused. */
  readonly needsExpiry?: boolean;
}

/**
 * Reads the claims of the id token that came with an access token (OpenID Connect Core 1.0, 3.1.3.7).
 *
 * @throws Error when there is none, or it fails a check
 */
export async function readIdToken(
  token: OAuth2Token,
  checks: IdTokenChecks,
): Promise<Record<string, unknown>> {
  const idToken = token.extra["id_token"];
  if (typeof idToken !== "string" || idToken === "") throw new Error("empty id_token");
  const claims: Record<string, unknown> = decodeJwt(idToken);
  checkTimes(claims, checks.needsExpiry ?? false);
  const { audience, issuers = [], jwksURL = "" } = checks;
  if (audience !== undefined && ![claims["aud"]].flat().includes(audience))
    throw new Error("the id_token is for another client");
  if (issuers.length > 0 && !issuers.includes(String(claims["iss"]))) {
    throw new Error(`iss must be one of ${issuers.join(", ")}, got ${String(claims["iss"])}`);
  }
  if (jwksURL !== "") await compactVerify(idToken, keysAt(jwksURL), { algorithms: ALGORITHMS });
  return claims;
}

function checkTimes(
  { exp, nbf, iat }: Readonly<Record<string, unknown>>,
  needsExpiry: boolean,
): void {
  for (const time of [exp, nbf, iat]) {
    if (time !== undefined && typeof time !== "number")
      throw new Error("the id_token has a time that is no number");
  }
  const leeway = Number(process.env["PB_ID_TOKEN_LEEWAY"] || DEFAULT_LEEWAY_SECONDS);
  const now = Date.now() / 1000;
  if (exp === undefined && needsExpiry) throw new Error("the id_token has no end");
  if (typeof exp === "number" && now >= exp + leeway) throw new Error("the id_token is expired");
  if (typeof nbf === "number" && now < nbf - leeway)
    throw new Error("the id_token is not valid yet");
  if (typeof iat === "number" && now < iat - leeway)
    throw new Error("the id_token was issued in the future");
}

type KeySet = ReturnType<typeof createRemoteJWKSet>;

/** Keys are read once and again when a new one appears. URLs come from configurations: few. */
const keySets = new Map<string, KeySet>();

function keysAt(url: string): KeySet {
  let keys = keySets.get(url);
  if (!keys) keySets.set(url, (keys = createRemoteJWKSet(new URL(url))));
  return keys;
}
