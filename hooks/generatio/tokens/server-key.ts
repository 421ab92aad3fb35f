import { createCipheriv, createDecipheriv, hkdfSync, createHmac, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Beside the data folder, so that it is in no backup of it. */
const FILE = ".generatio_key";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * What the server itself keeps secret: it proves that an address was made here, and seals what the server has
 * to be able to read without its owner. From `GENERATIO_SECRET_KEY`, or a file beside the data folder that is
 * made when it is first needed.
 */
export class ServerKey {
  readonly #given: string;
  readonly #path: string;
  #root: Buffer | undefined;

  /** @param given empty for the file */
  constructor(given: string, dataDir: string) {
    this.#given = given;
    this.#path = join(dirname(dataDir), FILE);
  }

  /** A text that only this server can have made of that one: 32 letters that fit into an address. */
  proofOf(text: string): string {
    const proof = createHmac("sha256", this.#derive("proof")).update(text).digest();
    return proof.toString("base64url").slice(0, 32);
  }

  /** AES-256-GCM. @param owner what it belongs to: it opens for nothing else */
  seal(text: string, owner: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#derive("seal"), nonce);
    cipher.setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return `s1.${Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString("base64")}`;
  }

  /** @returns undefined when it was sealed with another key, for another owner, or is damaged */
  open(sealed: string, owner: string): string | undefined {
    const bytes = Buffer.from(/^s1\.([\w+/]+=*)$/.exec(sealed)?.[1] ?? "", "base64");
    if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv("aes-256-gcm", this.#derive("seal"), nonce, {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(owner));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
      return Buffer.concat([text, decipher.final()]).toString("utf8");
    } catch {
      return undefined;
    }
  }

  #derive(purpose: string): Buffer {
    this.#root ??= this.#given === "" ? readOrMake(this.#path) : Buffer.from(this.#given, "utf8");
    return Buffer.from(hkdfSync("sha256", this.#root, "generatio", purpose, KEY_BYTES));
  }
}

/** Of two servers that begin at the same time one makes it. */
function readOrMake(path: string): Buffer {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${randomBytes(KEY_BYTES).toString("base64")}\n`, {
      flag: "wx",
      mode: 0o600,
    });
  } catch (error) {
    if (!isThere(error)) throw error;
  }
  return Buffer.from(readFileSync(path, "utf8").trim(), "base64");
}

function isThere(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
}
