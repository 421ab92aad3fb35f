import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { SignedCallback } from "./callbacks.ts";

/** Signs callbacks as FAL does, and publishes the keys. */
export class FalSigner {
  #keys = [generateKeyPairSync("ed25519")];

  /** From now on another key signs; the one before is published no more. */
  rotate(): void {
    this.#keys = [generateKeyPairSync("ed25519")];
  }

  /** `/.well-known/jwks.json`. */
  keySet(): { keys: unknown[] } {
    const published = this.#keys.map(({ publicKey }) => publicKey.export({ format: "jwk" }));
    // Of other kinds, too: who reads it has to look for the right one.
    const other = generateKeyPairSync("x25519").publicKey.export({ format: "jwk" });
    return { keys: [other, ...published] };
  }

  /** @param at Unix milliseconds */
  sign(body: string, requestId: string, at: number): SignedCallback {
    const userId = "emulated-user";
    const timestamp = String(Math.floor(at / 1000));
    const hash = createHash("sha256").update(body).digest("hex");
    const message = Buffer.from([requestId, userId, timestamp, hash].join("\n"));
    const signature = sign(null, message, this.#privateKey()).toString("hex");
    return {
      body,
      headers: {
        "X-Fal-Webhook-Request-Id": requestId,
        "X-Fal-Webhook-User-Id": userId,
        "X-Fal-Webhook-Timestamp": timestamp,
        "X-Fal-Webhook-Signature": signature,
      },
    };
  }

  #privateKey(): KeyObject {
    return this.#keys.at(-1)!.privateKey;
  }
}
