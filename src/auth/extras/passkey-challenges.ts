import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

const LIFE_MS = 5 * 60_000;
const NONCE_BYTES = 16;
const TIME_BYTES = 6;
const MAC_BYTES = 16;

/**
 * Challenges of passkey ceremonies. They carry their own proof, so that asking for many neither fills the memory
 * nor pushes those of others out; only used ones are remembered, until their time is over.
 */
export class PasskeyChallenges {
  readonly #key = randomBytes(32);
  /** Ends (unix milliseconds) of used challenges, oldest first. */
  readonly #used = new Map<string, number>();

  /**
   * A new challenge.
   *
   * @param purpose who may do what with it; it is good for nothing else
   */
  issue(purpose: string, now = Date.now()): Buffer {
    const head = Buffer.alloc(NONCE_BYTES + TIME_BYTES);
    randomBytes(NONCE_BYTES).copy(head);
    head.writeUIntBE(now + LIFE_MS, NONCE_BYTES, TIME_BYTES);
    return Buffer.concat([head, this.#mac(head, purpose)]);
  }

  /** True for a challenge of this server and purpose whose time is not over and that was not used. */
  isOpen(challenge: string, purpose: string, now = Date.now()): boolean {
    const bytes = Buffer.from(challenge, "base64url");
    if (bytes.length !== NONCE_BYTES + TIME_BYTES + MAC_BYTES) return false;
    const head = bytes.subarray(0, NONCE_BYTES + TIME_BYTES);
    if (!timingSafeEqual(bytes.subarray(head.length), this.#mac(head, purpose))) return false;
    return now < endOf(bytes) && !this.#used.has(bytes.toString("base64url"));
  }

  /**
   * Uses a challenge up that is open.
   *
   * @returns false when another request was faster
   */
  use(challenge: string, now = Date.now()): boolean {
    for (const [old, end] of this.#used) {
      if (now < end) break;
      this.#used.delete(old);
    }
    const bytes = Buffer.from(challenge, "base64url");
    const name = bytes.toString("base64url");
    if (this.#used.has(name)) return false;
    // As long as from now: the order stays that of the ends.
    this.#used.set(name, now + LIFE_MS);
    return true;
  }

  #mac(head: Buffer, purpose: string): Buffer {
    return createHmac("sha256", this.#key)
      .update(head)
      .update(purpose)
      .digest()
      .subarray(0, MAC_BYTES);
  }
}

function endOf(bytes: Buffer): number {
  return bytes.readUIntBE(NONCE_BYTES, TIME_BYTES);
}
