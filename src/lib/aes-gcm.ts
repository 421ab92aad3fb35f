import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const ALGORITHM = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts a text with AES-256-GCM (PocketBase: tools/security/encrypt.go).
 *
 * @param key 32 bytes
 * @param place what the text is bound to: it can be decrypted with the same place only
 * @returns base64 of nonce, ciphertext and tag
 */
export function encrypt(plain: string, key: string, place = ""): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, Buffer.from(key, "utf8"), nonce);
  cipher.setAAD(Buffer.from(place, "utf8"));
  const sealed = Buffer.concat([nonce, cipher.update(plain, "utf8"), cipher.final()]);
  return Buffer.concat([sealed, cipher.getAuthTag()]).toString("base64");
}

/** @throws Error when the key or the place is another one, or the text was changed */
export function decrypt(encrypted: string, key: string, place = ""): string {
  const bytes = Buffer.from(encrypted, "base64");
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(ALGORITHM, Buffer.from(key, "utf8"), nonce, {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(place, "utf8")).setAuthTag(bytes.subarray(-TAG_BYTES));
  const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
  return Buffer.concat([text, decipher.final()]).toString("utf8");
}

/** The key in the environment variable that `--encryptionEnv` names; empty when there is none. */
export function keyFromEnvironment(name: string | undefined): string {
  return name ? (process.env[name] ?? "") : "";
}
