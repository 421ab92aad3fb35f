import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** What a page and its authenticator may get wrong on purpose. */
export interface Deviation {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly type?: string;
  readonly isVerified?: boolean;
  readonly isPresent?: boolean;
  readonly counter?: number;
  readonly userHandle?: string | null;
  readonly format?: string;
}

interface CreationOptions {
  readonly challenge: string;
  readonly rp: { readonly id: string };
  readonly user: { readonly id: string };
}

interface RequestOptions {
  readonly challenge: string;
  readonly rpId: string;
}

const ORIGIN = "http://localhost:8090";

/**
 * A browser with an authenticator for one passkey (WebAuthn level 2, ES256, attestation "none"), made of
 * node:crypto alone.
 */
export class Authenticator {
  readonly id = randomBytes(16).toString("base64url");
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;
  #counter = 0;
  #userHandle = "";

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.#privateKey = privateKey;
    this.#publicKey = publicKey;
  }

  /** What `navigator.credentials.create` gives, as JSON. */
  create(options: CreationOptions, deviation: Deviation = {}): Record<string, unknown> {
    this.#userHandle = options.user.id;
    const { id } = this;
    const rawId = Buffer.from(id, "base64url");
    const data = Buffer.concat([
      this.#authenticatorData(deviation.rpId ?? options.rp.id, 0x40, deviation),
      Buffer.alloc(16),
      Buffer.from([0, rawId.length]),
      rawId,
      this.#coseKey(),
    ]);
    const attestationObject = Buffer.concat([
      Buffer.from([0xa3]),
      cborText("fmt"),
      cborText(deviation.format ?? "none"),
      cborText("attStmt"),
      Buffer.from([0xa0]),
      cborText("authData"),
      cborBytes(data),
    ]);
    const clientData = clientDataJson("webauthn.create", options.challenge, deviation);
    const response = {
      clientDataJSON: clientData.toString("base64url"),
      attestationObject: attestationObject.toString("base64url"),
      transports: ["internal"],
    };
    return { id, rawId: id, type: "public-key", clientExtensionResults: {}, response };
  }

  /** What `navigator.credentials.get` gives, as JSON. */
  get(options: RequestOptions, deviation: Deviation = {}): Record<string, unknown> {
    const { id } = this;
    this.#counter++;
    const data = this.#authenticatorData(deviation.rpId ?? options.rpId, 0, deviation);
    const clientData = clientDataJson("webauthn.get", options.challenge, deviation);
    const hash = createHash("sha256").update(clientData).digest();
    const response = {
      clientDataJSON: clientData.toString("base64url"),
      authenticatorData: data.toString("base64url"),
      signature: sign("sha256", Buffer.concat([data, hash]), this.#privateKey).toString(
        "base64url",
      ),
      userHandle: deviation.userHandle === undefined ? this.#userHandle : deviation.userHandle,
    };
    return { id, rawId: id, type: "public-key", clientExtensionResults: {}, response };
  }

  #authenticatorData(rpId: string, flags: number, deviation: Deviation): Buffer {
    const { isPresent = true, isVerified = true, counter = this.#counter } = deviation;
    const tail = Buffer.alloc(5);
    tail[0] = flags | (isPresent ? 0x01 : 0) | (isVerified ? 0x04 : 0);
    tail.writeUInt32BE(counter, 1);
    return Buffer.concat([createHash("sha256").update(rpId).digest(), tail]);
  }

  /** RFC 9053: key type EC2, algorithm ES256, curve P-256. */
  #coseKey(): Buffer {
    const { x, y } = this.#publicKey.export({ format: "jwk" });
    return Buffer.concat([
      Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
      cborBytes(Buffer.from(x!, "base64url")),
      Buffer.from([0x22]),
      cborBytes(Buffer.from(y!, "base64url")),
    ]);
  }
}

function clientDataJson(type: string, challenge: string, deviation: Deviation): Buffer {
  return Buffer.from(
    JSON.stringify({
      type: deviation.type ?? type,
      challenge: deviation.challenge ?? challenge,
      origin: deviation.origin ?? ORIGIN,
      crossOrigin: false,
    }),
  );
}

/** RFC 8949: a text of up to 23 bytes. */
function cborText(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x60 + text.length]), Buffer.from(text)]);
}

function cborBytes(bytes: Buffer): Buffer {
  const head =
    bytes.length < 256 ? [0x58, bytes.length] : [0x59, bytes.length >> 8, bytes.length & 255];
  return Buffer.concat([Buffer.from(head), bytes]);
}
