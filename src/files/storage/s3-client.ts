import { setTimeout as sleep } from "node:timers/promises";
import { AwsV4Signer } from "aws4fetch";
import type { S3Settings } from "../../settings/settings.ts";

/** Where a bucket is and who asks: PocketBase's settings of an S3 storage, without its switch. */
export type S3Access = Omit<S3Settings, "enabled">;

export interface S3Request {
  readonly method: "DELETE" | "GET" | "HEAD" | "POST" | "PUT";
  /** Without one the bucket itself is asked. */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer> | string;
}

/** A refusal of the storage, in its own words. */
export class S3Error extends Error {
  readonly status: number;
  /** S3's name of the error, such as `NoSuchKey`; empty when it gave none. */
  readonly code: string;

  constructor(status: number, text: string) {
    const code = readXml(text, "Code") ?? "";
    const message = readXml(text, "Message") ?? "";
    super(
      ["the S3 storage answered", status, code, message && `(${message})`]
        .filter(Boolean)
        .join(" "),
    );
    this.name = "S3Error";
    this.status = status;
    this.code = code;
  }
}

const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 100;
/** What a storage says when it is busy or hurt for a moment. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** Signed requests to one bucket (AWS signature version 4 with unsigned payload, as PocketBase sends them). */
export class S3Client {
  readonly #access: S3Access;
  readonly #base: string;
  readonly #signingKeys = new Map<string, ArrayBuffer>();

  /** @throws Error when the endpoint is no address */
  constructor(access: S3Access) {
    this.#access = access;
    this.#base = bucketUrl(access);
  }

  /** The bucket's name: the first part of a copy's source. */
  get bucket(): string {
    return this.#access.bucket;
  }

  /**
   * Sends a request; tries again when the storage is busy or cannot be reached.
   *
   * @throws S3Error for every answer that is no success
   */
  async send(request: S3Request): Promise<Response> {
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#try(request).catch((error: unknown) => toError(error));
      if (answer instanceof Response && answer.ok) return answer;
      const mayPass = answer instanceof Error || PASSING_STATUSES.has(answer.status);
      if (mayPass && attempt < ATTEMPTS) {
        if (answer instanceof Response) await answer.body?.cancel();
        await sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1));
        continue;
      }
      throw answer instanceof Error ? answer : new S3Error(answer.status, await answer.text());
    }
  }

  async #try({ method, key = "", query = {}, headers = {}, body }: S3Request): Promise<Response> {
    const { accessKey, secret, region } = this.#access;
    const search = new URLSearchParams(query).toString();
    const signed = await new AwsV4Signer({
      method,
      url: this.#base + encodeKey(key) + (search && `?${search}`),
      headers: { ...headers },
      accessKeyId: accessKey,
      secretAccessKey: secret,
      service: "s3",
      region,
      cache: this.#signingKeys,
    }).sign();
    // Not signed: gateways rewrite it. A compressed answer would have another length than the file.
    signed.headers.set("accept-encoding", "identity");
    return fetch(signed.url, {
      method,
      headers: signed.headers,
      ...(body !== undefined && { body }),
    });
  }
}

/** A key as it stands in a path: everything but slashes and unreserved characters is encoded (AWS: UriEncode). */
export function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll("%2F", "/")
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The text of the first element of this name. */
export function readXml(text: string, name: string): string | undefined {
  return readAllXml(text, name)[0];
}

/** The texts of all elements of this name, as they stand there. */
export function readAllXml(text: string, name: string): string[] {
  return [...text.matchAll(new RegExp(`<${name}>([^]*?)</${name}>`, "g"))].map(([, inner]) =>
    inner!.includes("<") ? inner! : unescapeXml(inner!),
  );
}

function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex, decimal, name: string) => {
    if (hex !== undefined) return String.fromCodePoint(parseInt(hex as string, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return XML_ENTITIES[name] ?? all;
  });
}

const XML_ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

/** The bucket as a host of its own, or as the first part of the path. An endpoint without a scheme means https. */
function bucketUrl({ endpoint, bucket, forcePathStyle }: S3Access): string {
  const address = endpoint.replace(/\/+$/, "");
  const [, scheme = "https://", rest = ""] = /^(https?:\/\/)?(.*)$/.exec(address) ?? [];
  const url = forcePathStyle ? `${scheme}${rest}/${bucket}/` : `${scheme}${bucket}.${rest}/`;
  if (bucket === "" || rest === "" || !URL.canParse(url))
    throw new Error(`"${endpoint}" is no S3 endpoint for the bucket "${bucket}"`);
  return url;
}

/** Fetch says nothing but that it failed; the reason lies beneath. */
function toError(error: unknown): Error {
  const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const message = reason instanceof Error ? reason.message || reason.name : String(reason);
  return new Error(`the S3 storage cannot be reached: ${message}`, { cause: error });
}
