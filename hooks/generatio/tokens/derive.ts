import { pbkdf2 } from "node:crypto";
import { createLimiter } from "../limiter.ts";

const KEY_BYTES = 32;

// A derivation occupies a thread of Node's pool for a good part of a second: two at once leave room for
// file and name look-ups, and the line keeps a flood of logins from piling up without end.
const derivations = createLimiter({ running: 2, waiting: 256 });

/**
 * PBKDF2-HMAC-SHA256 (RFC 8018), off the event loop.
 *
 * @throws LineFullError when too many are waiting
 */
export function deriveKey(password: string, salt: Buffer, iterations: number): Promise<Buffer> {
  return derivations.run(
    () =>
      new Promise((resolve, reject) => {
        pbkdf2(password, salt, iterations, KEY_BYTES, "sha256", (error, key) => {
          if (error) reject(error);
          else resolve(key);
        });
      }),
  );
}
