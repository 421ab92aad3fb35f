import { createHmac, randomBytes, randomUUID } from "node:crypto";
import type { SignedCallback } from "./callbacks.ts";

/** Signs callbacks by standardwebhooks.com, as Replicate does. */
export class StandardSigner {
  #secret = randomBytes(24);

  rotate(): void {
    this.#secret = randomBytes(24);
  }

  /** `whsec_…`. */
  secret(): string {
    return `whsec_${this.#secret.toString("base64")}`;
  }

  /** @param at Unix milliseconds */
  sign(body: string, at: number, id = `msg_${randomUUID()}`): SignedCallback {
    const timestamp = String(Math.floor(at / 1000));
    const message = `${id}.${timestamp}.${body}`;
    const signature = createHmac("sha256", this.#secret).update(message).digest("base64");
    return {
      body,
      headers: {
        "webhook-id": id,
        "webhook-timestamp": timestamp,
        // One of an older secret comes along while secrets change.
        "webhook-signature": `v1,${Buffer.alloc(32).toString("base64")} v1,${signature}`,
      },
    };
  }
}
