import { importPKCS8, SignJWT } from "jose";
import {
  atLeast,
  atMost,
  type Check,
  checkObject,
  length,
  matches,
  required,
} from "../../lib/checks.ts";
import type { ErrorTree } from "../../lib/errors.ts";

export interface AppleSecretForm {
  readonly clientId: string;
  readonly teamId: string;
  readonly keyId: string;
  /** PEM of a P-256 key in PKCS #8. */
  readonly privateKey: string;
  /** Seconds until the secret ends; Apple allows half a year. */
  readonly duration: number;
}

const CHECKS: Readonly<Record<keyof AppleSecretForm, readonly Check[]>> = {
  clientId: [required],
  teamId: [required, length(10, 10)],
  keyId: [required, length(10, 10)],
  privateKey: [required, matches(/-----BEGIN PRIVATE KEY----[\s\S]+-----END PRIVATE KEY-----/)],
  duration: [required, atLeast(1), atMost(15_777_000)],
};

/** Problems by form key. */
export function checkAppleSecret(form: AppleSecretForm): ErrorTree {
  return checkObject({ ...form }, CHECKS);
}

/** Signs the token that Apple takes as a client secret. @throws Error for a key that cannot sign it */
export async function createAppleSecret(form: AppleSecretForm): Promise<string> {
  const key = await importPKCS8(form.privateKey.trim(), "ES256");
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT()
    .setProtectedHeader({ alg: "ES256", kid: form.keyId, typ: "JWT" })
    .setIssuer(form.teamId)
    .setSubject(form.clientId)
    .setAudience(["https://appleid.apple.com"])
    .setIssuedAt(now)
    .setExpirationTime(now + form.duration)
    .sign(key);
}
