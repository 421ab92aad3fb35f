import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { deriveKey } from "./derive.ts";
import { PlainToken, SealedToken } from "./secret.ts";

/**
 * Envelopes of a provider key, AES-256-GCM under a key derived from the user's password:
 *
 * - v1, as document 000 has it: `base64(nonce ‖ ciphertext ‖ tag).base64(salt)`, 100,000 rounds. Read only.
 * - v2, written: `v2.<rounds>.<base64 salt>.<base64 nonce ‖ ciphertext ‖ tag>`, bound to its user and
 *   provider as additional data, so that a row copied to another user does not open.
 *
 * Base64 may be the standard or the URL-safe alphabet, padded or not.
 */
interface Envelope {
  readonly version: 1 | 2;
  readonly iterations: number;
  readonly salt: Buffer;
  readonly nonce: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

/** Whose key it is. */
export interface KeyOwner {
  readonly userId: string;
  readonly provider: string;
}

const V1_ITERATIONS = 100_000;
// A stored count is obeyed only up to here: someone who can write the column must not hang the server.
const MOST_ITERATIONS = 10_000_000;
const SALT_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** @param iterations PBKDF2 rounds, kept in the envelope */
export async function sealToken(
  token: PlainToken,
  password: string,
  options: { owner: KeyOwner; iterations: number },
): Promise<SealedToken> {
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const key = await deriveKey(password, salt, options.iterations);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(additionalData(options.owner));
  const ciphertext = Buffer.concat([cipher.update(token.reveal(), "utf8"), cipher.final()]);
  key.fill(0);
  const data = Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]).toString("base64");
  return new SealedToken(`v2.${options.iterations}.${salt.toString("base64")}.${data}`);
}

/** @returns undefined when the password is wrong or the text is no intact envelope of this owner */
export async function openToken(
  sealed: SealedToken,
  password: string,
  owner: KeyOwner,
): Promise<PlainToken | undefined> {
  const envelope = parseEnvelope(sealed.toStorage());
  if (!envelope) return undefined;
  const key = await deriveKey(password, envelope.salt, envelope.iterations);
  const decipher = createDecipheriv("aes-256-gcm", key, envelope.nonce, {
    authTagLength: TAG_BYTES,
  });
  if (envelope.version === 2) decipher.setAAD(additionalData(owner));
  decipher.setAuthTag(envelope.tag);
  try {
    const plain = Buffer.concat([decipher.update(envelope.ciphertext), decipher.final()]);
    const token = new PlainToken(plain.toString("utf8"));
    plain.fill(0);
    return token;
  } catch {
    // GCM refuses the tag: a wrong password and a damaged text cannot be told apart.
    return undefined;
  } finally {
    key.fill(0);
  }
}

/** True when the envelope is older or weaker than what is written today. */
export function isOutdated(sealed: SealedToken, iterations: number): boolean {
  const envelope = parseEnvelope(sealed.toStorage());
  return envelope !== undefined && (envelope.version === 1 || envelope.iterations < iterations);
}

function additionalData(owner: KeyOwner): Buffer {
  return Buffer.from(`${owner.userId}.${owner.provider}`, "utf8");
}

function parseEnvelope(text: string): Envelope | undefined {
  const parts = text.split(".");
  if (parts.length === 2)
    return buildEnvelope(1, V1_ITERATIONS, { data: parts[0]!, salt: parts[1]! });
  if (parts.length !== 4 || parts[0] !== "v2" || !/^[1-9]\d{0,8}$/.test(parts[1]!))
    return undefined;
  return buildEnvelope(2, Number(parts[1]), { salt: parts[2]!, data: parts[3]! });
}

function buildEnvelope(
  version: 1 | 2,
  iterations: number,
  parts: { salt: string; data: string },
): Envelope | undefined {
  const salt = decodeBase64(parts.salt);
  const data = decodeBase64(parts.data);
  if (!salt || !data || salt.length !== SALT_BYTES || data.length <= NONCE_BYTES + TAG_BYTES) {
    return undefined;
  }
  if (iterations > MOST_ITERATIONS) return undefined;
  return {
    version,
    iterations,
    salt,
    nonce: data.subarray(0, NONCE_BYTES),
    ciphertext: data.subarray(NONCE_BYTES, -TAG_BYTES),
    tag: data.subarray(-TAG_BYTES),
  };
}

function decodeBase64(text: string): Buffer | undefined {
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, "base64") : undefined;
}
