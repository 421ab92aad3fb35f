/** Where a server listens. */
export interface Address {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
}

/** @param text `host:port`, `:port` for all interfaces, `[::1]:port` @throws Error with a sentence */
export function parseAddress(text: string): Address {
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535)
    throw new Error(`"${text}" is no address: write host:port, for example 127.0.0.1:8090`);
  return { host: match[1] ?? (match[2] || "0.0.0.0"), port };
}

/** `http://host:port`. */
export function addressUrl({ host, port }: Address): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
