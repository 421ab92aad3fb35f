import { createHash } from "node:crypto";
import { inspect } from "node:util";

const HIDDEN = "[hidden]";

/**
 * A secret in the clear: a provider key or a password. No way of printing it shows the value; only
 * {@link reveal} does, at the one place where it is sent or used.
 */
export class PlainToken {
  #bytes: Buffer;

  constructor(text: string) {
    this.#bytes = Buffer.from(text, "utf8");
  }

  /** @throws Error when it was wiped */
  reveal(): string {
    if (this.#bytes.length === 0) throw new Error("the secret was wiped");
    return this.#bytes.toString("utf8");
  }

  /** A copy with a life of its own, for work that outlives the session. */
  copy(): PlainToken {
    return new PlainToken(this.reveal());
  }

  /** Overwrites the bytes. */
  wipe(): void {
    this.#bytes.fill(0);
    this.#bytes = Buffer.alloc(0);
  }

  /** The text without the secret, for what others wrote and may have quoted it in. */
  hideIn(text: string): string {
    return text.replaceAll(this.reveal(), HIDDEN);
  }

  /** The first eight hex digits of its SHA-256: tells keys apart in logs. */
  fingerprint(): string {
    return createHash("sha256").update(this.#bytes).digest("hex").slice(0, 8);
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return `PlainToken ${HIDDEN}`;
  }
}

/** An encrypted provider key as it is stored. Worthless without the password, and still kept out of print. */
export class SealedToken {
  #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text for the database column. */
  toStorage(): string {
    return this.#text;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return `SealedToken ${HIDDEN}`;
  }
}
