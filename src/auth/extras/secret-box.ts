import type { App } from "../../app.ts";
import { decrypt, encrypt, keyFromEnvironment } from "../../lib/aes-gcm.ts";

const SEALED = "sealed:";
const PLAIN = "plain:";

/**
 * A secret as it is stored: encrypted (AES-256-GCM) with the key that `--encryptionEnv` names, else as it is.
 *
 * @param place where it stands; it cannot be opened anywhere else
 */
export function sealSecret(app: App, secret: string, place: string): string {
  const key = keyFromEnvironment(app.config.encryptionEnv);
  return key === "" ? PLAIN + secret : SEALED + encrypt(secret, key, place);
}

/** @throws Error when the key is missing or another one, or the secret stood somewhere else */
export function openSecret(app: App, stored: string, place: string): string {
  if (stored.startsWith(PLAIN)) return stored.slice(PLAIN.length);
  const key = keyFromEnvironment(app.config.encryptionEnv);
  if (key === "") {
    const name = JSON.stringify(app.config.encryptionEnv ?? "");
    throw new Error(`a stored secret is encrypted, and the key in ${name} is missing`);
  }
  return decrypt(stored.slice(SEALED.length), key, place);
}

/** True when a secret is stored as it would be now. */
export function isSealedAsNow(app: App, stored: string): boolean {
  return stored.startsWith(keyFromEnvironment(app.config.encryptionEnv) ? SEALED : PLAIN);
}
