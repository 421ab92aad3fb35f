import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { App } from "../../app.ts";

const ALGORITHM = "aes-256-gcm";
const SEALED = "sealed:";
const PLAIN = "plain:";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * A secret as it is stored: encrypted (AES-256-GCM) with the key that `--encryptionEnv` names, else as it is.
 *
 * @param place where it stands; it cannot be opened anywhere else
 */
export function sealSecret(app: App, secret: string, place: string): string {
  const key = encryptionKey(app);
  if (!key) return PLAIN + secret;
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(place));
  const sealed = Buffer.concat([nonce, cipher.update(secret, "utf8"), cipher.final()]);
  return SEALED + Buffer.concat([sealed, cipher.getAuthTag()]).toString("base64");
}

/** @throws Error when the key is missing or another one, or the secret stood somewhere else */
export function openSecret(app: App, stored: string, place: string): string {
  if (stored.startsWith(PLAIN)) return stored.slice(PLAIN.length);
  const key = encryptionKey(app);
  if (!key) {
    const name = JSON.stringify(app.config.encryptionEnv ?? "");
    throw new Error(`a stored secret is encrypted, and the key in ${name} is missing`);
  }
  const bytes = Buffer.from(stored.slice(SEALED.length), "base64");
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES));
  decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(-TAG_BYTES));
  const text = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
  return Buffer.concat([decipher.update(text), decipher.final()]).toString("utf8");
}

/** True when a secret is stored as it would be now. */
export function isSealedAsNow(app: App, stored: string): boolean {
  return stored.startsWith(encryptionKey(app) ? SEALED : PLAIN);
}

function encryptionKey(app: App): Buffer | undefined {
  const name = app.config.encryptionEnv;
  const value = name ? process.env[name] : undefined;
  return value ? Buffer.from(value, "utf8") : undefined;
}
