import { lookup as resolveName } from "node:dns/promises";
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { isPublicAddress } from "../pictures/address.ts";

/** What may be asked, and of whom. */
export interface Guard {
  /** Origins named by the operator: plain HTTP and private addresses are allowed there. */
  readonly trustedOrigins: ReadonlySet<string>;
  /** Whether others may be asked at any port, not only at the usual one. */
  readonly anyPort?: boolean;
  /** Resolves a host name to all of its addresses; the system's resolver when absent. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

export interface GuardedRequest {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** An address that this server must not be made to ask. */
export class RefusedAddressError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "RefusedAddressError";
  }
}

const IDLE_MS = 15_000;

/**
 * Asks an address that somebody else has chosen: public addresses only, and the checked address is the one
 * connected to. Redirects are the caller's affair.
 *
 * @throws RefusedAddressError; Error when no answer comes
 */
export async function sendGuarded(request: GuardedRequest, guard: Guard): Promise<IncomingMessage> {
  const { url, isTrusted } = checkAddress(request.url, guard);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const addresses = isIP(host) ? [host] : await (guard.resolve ?? resolveAll)(host);
  if (addresses.length === 0) throw new Error(`${host} has no address`);
  // One private address among public ones is enough to be refused: the next look-up may choose it.
  if (!isTrusted && !addresses.every(isPublicAddress)) {
    throw new RefusedAddressError("the address is not public");
  }
  return send(url, addresses, request);
}

/** What can be said of an address without looking it up. @throws RefusedAddressError */
export function checkAddress(
  text: string,
  { trustedOrigins, anyPort = false }: Guard,
): { readonly url: URL; readonly isTrusted: boolean } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) throw new RefusedAddressError("the address is not a URL");
  const isTrusted = trustedOrigins.has(url.origin);
  if (url.protocol !== "https:" && !(isTrusted && url.protocol === "http:")) {
    throw new RefusedAddressError("the address is not https");
  }
  if (url.username !== "" || url.password !== "") {
    throw new RefusedAddressError("the address carries credentials");
  }
  if (!isTrusted && !anyPort && url.port !== "") {
    throw new RefusedAddressError("the address names a port");
  }
  return { url, isTrusted };
}

async function resolveAll(host: string): Promise<string[]> {
  const found = await resolveName(host, { all: true });
  return found.map((entry) => entry.address);
}

function send(
  url: URL,
  addresses: readonly string[],
  { method, headers, body, signal }: GuardedRequest,
): Promise<IncomingMessage> {
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      // A connection of its own to the addresses that were checked, past pools and proxies.
      agent: false,
      lookup: pinned(addresses),
      signal,
      timeout: IDLE_MS,
      method,
      headers: { "user-agent": "generatio", ...headers },
    });
    outgoing.once("response", resolve);
    outgoing.once("error", reject);
    outgoing.once("timeout", () => outgoing.destroy(new Error("the server fell silent")));
    outgoing.end(body);
  });
}

function pinned(addresses: readonly string[]): LookupFunction {
  const entries = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_host, options, callback) => {
    const [first] = entries;
    if (options.all) callback(null, entries);
    else callback(null, first?.address ?? "", first?.family);
  };
}
