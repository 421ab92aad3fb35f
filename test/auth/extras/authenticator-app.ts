import { createHmac } from "node:crypto";

/**
 * What an authenticator app shows, written apart from the engine's own code: RFC 6238 with SHA-1, six digits and
 * thirty seconds.
 *
 * @param offset steps from now
 */
export function codeAt(secret: string, offset = 0): string {
  let bits = 0n;
  for (const char of secret)
    bits = bits * 32n + BigInt("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(char));
  const key = Buffer.from(bits.toString(16).padStart((secret.length * 5) / 4, "0"), "hex");
  const step = Math.floor(Date.now() / 30_000) + offset;
  const mac = createHmac("sha1", key)
    .update(Buffer.from(step.toString(16).padStart(16, "0"), "hex"))
    .digest("hex");
  const at = parseInt(mac.slice(-1), 16) * 2;
  const number = parseInt(mac.slice(at, at + 8), 16) % 0x80000000;
  return String(number % 1_000_000).padStart(6, "0");
}
