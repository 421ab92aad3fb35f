import { lookup } from "node:dns";
import { get as getHttp, type IncomingMessage, type RequestOptions } from "node:http";
import { get as getHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { isPublicAddress } from "./public-address.ts";

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 32 * 1024 * 1024;
const MAX_REDIRECTS = 5;

export interface DownloadOptions {
  /** Which addresses may be connected to; those of the open internet when absent. */
  readonly allows?: (address: string) => boolean;
  /** Bytes. */
  readonly limit?: number;
}

/**
 * Downloads from an address that a stranger has chosen. The name is resolved once and the connection made to
 * that very address, after it was found to be public, so that neither a name of an inner machine, nor a name
 * that changes its mind, nor a redirect leads inside.
 *
 * @throws Error for a refused address, a status outside 200–299, too many bytes or redirects, or too much time
 */
export async function downloadFromPublicUrl(
  url: string,
  options: DownloadOptions = {},
): Promise<Buffer> {
  const { allows = isPublicAddress, limit = MAX_BYTES } = options;
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  let target = new URL(url);
  for (let redirects = 0; ; redirects++) {
    const response = await request(target, allows, signal);
    const { statusCode = 0, headers } = response;
    if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
      response.destroy();
      if (redirects === MAX_REDIRECTS) throw new Error(`too many redirects from ${url}`);
      target = new URL(headers.location, target);
      continue;
    }
    if (statusCode < 200 || statusCode > 299) {
      response.destroy();
      throw new Error(`failed to download url ${url} (${statusCode})`);
    }
    return readAll(response, limit);
  }
}

function request(
  url: URL,
  allows: (address: string) => boolean,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const get = { "http:": getHttp, "https:": getHttps }[url.protocol];
  if (!get) return Promise.reject(new Error(`unsupported protocol ${url.protocol}`));
  const host = url.hostname.replace(/^\[|\]$/g, "");
  // A literal address is connected to without any look-up.
  if (isIP(host) !== 0 && !allows(host)) return Promise.reject(refused(host));
  const options: RequestOptions = { lookup: checkedLookup(allows), signal, agent: false };
  return new Promise((resolve, reject) => {
    get(url, options, resolve).on("error", reject);
  });
}

function checkedLookup(allows: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const wrong =
        error ??
        addresses
          .map(({ address }) => address)
          .filter((address) => !allows(address))
          .map(refused)[0];
      const [first] = addresses ?? [];
      if (wrong || !first) callback(wrong ?? new Error(`no address of ${hostname}`), "", 0);
      else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function refused(address: string): Error {
  return new Error(`address ${address} is not one of the open internet`);
}

async function readAll(response: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new Error(`the download has more than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
