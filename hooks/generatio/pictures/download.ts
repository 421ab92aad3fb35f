import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { createLimiter } from "../limiter.ts";
import { RefusedAddressError, sendGuarded } from "../net/guarded-request.ts";

export interface DownloadOptions {
  /** Origins named by the operator: plain HTTP and private addresses are allowed there. */
  readonly trustedOrigins: ReadonlySet<string>;
  readonly signal: AbortSignal;
  /** Resolves a host name to all of its addresses; the system's resolver when absent. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

/** Why bytes could not be fetched. `isFinal`: trying again cannot help. */
export class DownloadError extends Error {
  readonly isFinal: boolean;

  constructor(message: string, options: { isFinal: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = "DownloadError";
    this.isFinal = options.isFinal;
  }
}

const MAX_BYTES = 32 * 1024 * 1024;
const TOTAL_MS = 60_000;
const MAX_REDIRECTS = 3;
const ATTEMPTS = 4;
// A fresh address can be unknown to the edge of a CDN for a moment; later it is really gone.
const ATTEMPTS_WHEN_MISSING = 2;
const FIRST_PAUSE_MS = 500;

const downloads = createLimiter({ running: 8, waiting: 1024 });

/**
 * Fetches the bytes of a result. The address comes from a third party, so that it is treated as hostile:
 * public addresses only, the checked address is the one connected to, every redirect is checked again,
 * and size and time are bounded. No credentials are ever sent along.
 *
 * @throws DownloadError
 */
export async function download(url: string, options: DownloadOptions): Promise<Buffer> {
  if (url.startsWith("data:")) return decodeDataUrl(url);
  return downloads.run(() => downloadWithRetries(url, options));
}

async function downloadWithRetries(url: string, options: DownloadOptions): Promise<Buffer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await downloadOnce(url, options);
    } catch (error) {
      options.signal.throwIfAborted();
      const attempts = error instanceof MissingError ? ATTEMPTS_WHEN_MISSING : ATTEMPTS;
      const isFinal =
        error instanceof RefusedAddressError || (error instanceof DownloadError && error.isFinal);
      if (isFinal || attempt >= attempts) throw toDownloadError(error);
    }
    await sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1), undefined, { signal: options.signal });
  }
}

async function downloadOnce(url: string, options: DownloadOptions): Promise<Buffer> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(TOTAL_MS)]);
  let target = url;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const headers = { accept: "image/*", "accept-encoding": "identity" };
    const response = await sendGuarded({ url: target, method: "GET", headers, signal }, options);
    const location = redirectOf(response);
    if (location === undefined) return readBody(response);
    response.destroy();
    if (!URL.canParse(location, target)) throw refusal("a redirect leads nowhere");
    target = new URL(location, target).href;
  }
  throw refusal("there are too many redirects");
}

function redirectOf(response: IncomingMessage): string | undefined {
  const status = response.statusCode ?? 0;
  return status >= 300 && status < 400 ? response.headers.location : undefined;
}

async function readBody(response: IncomingMessage): Promise<Buffer> {
  const status = response.statusCode ?? 0;
  if (status !== 200) {
    response.destroy();
    throw statusError(status);
  }
  if (Number(response.headers["content-length"] ?? 0) > MAX_BYTES) {
    response.destroy();
    throw refusal("the file is too large");
  }
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of response) {
    const bytes = Buffer.from(chunk as Uint8Array);
    total += bytes.length;
    if (total > MAX_BYTES) {
      response.destroy();
      throw refusal("the file is too large");
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks, total);
}

class MissingError extends DownloadError {}

function statusError(status: number): DownloadError {
  const message = `the server answered ${status}`;
  if (status === 403 || status === 404) return new MissingError(message, { isFinal: false });
  const mayPass = status === 408 || status === 425 || status === 429 || status >= 500;
  return new DownloadError(message, { isFinal: !mayPass });
}

function refusal(reason: string): DownloadError {
  return new DownloadError(reason, { isFinal: true });
}

function toDownloadError(error: unknown): DownloadError {
  if (error instanceof DownloadError) return error;
  if (error instanceof RefusedAddressError) return refusal(error.message);
  return new DownloadError("the connection failed", { isFinal: false, cause: error });
}

/** `data:image/png;base64,…`: the result was sent inline. */
function decodeDataUrl(url: string): Buffer {
  const match = /^data:image\/[a-z]+;base64,([A-Za-z0-9+/=]+)$/.exec(url);
  if (!match) throw refusal("the inline picture cannot be read");
  const bytes = Buffer.from(match[1]!, "base64");
  if (bytes.length > MAX_BYTES) throw refusal("the file is too large");
  return bytes;
}
