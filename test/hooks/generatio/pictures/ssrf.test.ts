import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { download, DownloadError } from "../../../../hooks/generatio/pictures/download.ts";

/*
 * Everything by which an address from outside could make the server fetch from where it should not. A server
 * listens on the loopback address, where each of these would end; it must never be asked.
 */

let inside: Server;
let port: number;
let visits: IncomingMessage[] = [];
const redirector = createServer((request, response) => {
  const target = decodeURIComponent(
    new URL(request.url ?? "/", "http://x").searchParams.get("to") ?? "",
  );
  // As bytes: a header may hold what no client would write.
  response.writeHead(302, { location: Buffer.from(target).toString("latin1") }).end();
});
let redirects: string;

beforeAll(async () => {
  inside = createServer((request, response) => {
    visits.push(request);
    response.end("secret");
  });
  await new Promise<void>((resolve) => inside.listen(0, "127.0.0.1", resolve));
  port = (inside.address() as AddressInfo).port;
  await new Promise<void>((resolve) => redirector.listen(0, "127.0.0.1", resolve));
  redirects = `http://127.0.0.1:${(redirector.address() as AddressInfo).port}`;
});
afterAll(() => {
  for (const server of [inside, redirector]) {
    server.closeAllConnections();
    server.close();
  }
});
beforeEach(() => (visits = []));

async function refusalOf(
  url: string,
  options: { resolve?: (host: string) => readonly string[]; trusted?: readonly string[] } = {},
): Promise<string> {
  const error: unknown = await download(url, {
    trustedOrigins: new Set(options.trusted ?? []),
    signal: AbortSignal.timeout(10_000),
    resolve: (host) => Promise.resolve(options.resolve?.(host) ?? []),
  }).catch((reason: unknown) => reason);
  if (!(error instanceof DownloadError))
    throw new Error(`${url} was not refused: ${String(error)}`);
  return error.message;
}

// Every way to write an address that is not for the public.
const LITERALS: readonly (readonly [what: string, host: string])[] = [
  ["dotted", "127.0.0.1"],
  ["short", "127.1"],
  ["shorter", "127.0.1"],
  ["decimal", "2130706433"],
  ["hexadecimal", "0x7f000001"],
  ["hexadecimal parts", "0x7f.0x0.0x0.0x1"],
  ["octal", "017700000001"],
  ["octal parts", "0177.0.0.01"],
  ["mixed bases", "0x7f.0.1"],
  ["a trailing dot", "127.0.0.1."],
  ["full-width digits", "１２７.０.０.１"],
  ["circled digits", "①②⑦.⓪.⓪.①"],
  ["ideographic dots", "127。0。0。1"],
  ["percent escapes", "%31%32%37.0.0.1"],
  ["all of loopback", "127.8.8.8"],
  ["this host", "0.0.0.0"],
  ["zero", "0"],
  ["private A", "10.0.0.1"],
  ["private B", "172.16.5.4"],
  ["private C", "192.168.1.1"],
  ["carrier NAT", "100.64.0.1"],
  ["link-local", "169.254.1.1"],
  ["cloud metadata", "169.254.169.254"],
  ["cloud metadata, decimal", "2852039166"],
  ["cloud metadata, hexadecimal", "0xA9FEA9FE"],
  ["cloud metadata, octal", "0251.0376.0251.0376"],
  ["another cloud's metadata", "100.100.100.200"],
  ["protocol assignments", "192.0.0.192"],
  ["benchmarking", "198.18.0.1"],
  ["multicast", "224.0.0.1"],
  ["reserved", "240.0.0.1"],
  ["broadcast", "255.255.255.255"],
  ["6to4 relay", "192.88.99.1"],
  ["IPv6 loopback", "[::1]"],
  ["IPv6 loopback, long", "[0:0:0:0:0:0:0:1]"],
  ["IPv6 unspecified", "[::]"],
  ["mapped", "[::ffff:127.0.0.1]"],
  ["mapped, hexadecimal", "[::ffff:7f00:1]"],
  ["mapped, long", "[0:0:0:0:0:ffff:7f00:0001]"],
  ["mapped metadata", "[::ffff:a9fe:a9fe]"],
  ["IPv4-compatible", "[::127.0.0.1]"],
  ["IPv4-translated", "[::ffff:0:127.0.0.1]"],
  ["NAT64", "[64:ff9b::127.0.0.1]"],
  ["NAT64 metadata", "[64:ff9b::a9fe:a9fe]"],
  ["NAT64 of one's own network", "[64:ff9b:1::7f00:1]"],
  ["6to4", "[2002:7f00:1::]"],
  ["6to4 metadata", "[2002:a9fe:a9fe::1]"],
  ["Teredo", "[2001:0:53aa:64c:0:0:80ff:fffe]"],
  ["unique local", "[fd00:ec2::254]"],
  ["IPv6 link-local", "[fe80::1]"],
  ["site-local", "[fec0::1]"],
  ["IPv6 multicast", "[ff02::1]"],
  ["discard", "[100::1]"],
  ["documentation", "[2001:db8::1]"],
  ["segment routing", "[5f00::1]"],
];

describe.each(LITERALS)("%s (%s)", (_what, host) => {
  it("is not fetched from", async () => {
    await refusalOf(`https://${host}/a.png`);
    expect(visits).toEqual([]);
  });

  it("is not reached by a redirect", async () => {
    const location = encodeURIComponent(`https://${host}/a.png`);
    await refusalOf(`${redirects}/?to=${location}`, { trusted: [redirects] });
    expect(visits).toEqual([]);
  });
});

describe("a name", () => {
  it.each([
    ["of this host", "localhost", ["127.0.0.1", "::1"]],
    ["below localhost", "cdn.localhost", ["127.0.0.1"]],
    ["in somebody's zone for loopback", "127.0.0.1.nip.example", ["127.0.0.1"]],
    ["of the metadata service", "metadata.google.internal", ["169.254.169.254"]],
    ["of a neighbour", "printer.local", ["192.168.1.9"]],
    ["with a mapped address", "cdn.example", ["::ffff:10.0.0.1"]],
    ["with a NAT64 address", "cdn.example", ["64:ff9b::a00:1"]],
    ["with a 6to4 address", "cdn.example", ["2002:a00:1::1"]],
    ["with a private address among public ones", "cdn.example", ["1.1.1.1", "10.0.0.1"]],
    ["with a scoped address", "cdn.example", ["fe80::1%eth0"]],
    ["with something that is no address", "cdn.example", ["not-an-address"]],
  ] as const)("%s is refused", async (_what, host, addresses) => {
    await refusalOf(`https://${host}/a.png`, { resolve: () => addresses });
    expect(visits).toEqual([]);
  });

  it("is looked up once, and what was checked is what is connected to", async () => {
    // The second answer would be another server: rebinding.
    const answers = [["127.0.0.1"], ["203.0.113.7"], ["203.0.113.7"]];
    const origin = `http://cdn.example:${port}`;
    const bytes = await download(`${origin}/a.png`, {
      trustedOrigins: new Set([origin]),
      signal: AbortSignal.timeout(5000),
      resolve: () => Promise.resolve(answers.shift() ?? []),
    });
    expect([String(bytes), answers.length, visits[0]?.headers.host]).toEqual([
      "secret",
      2,
      `cdn.example:${port}`,
    ]);
  });

  it("is looked up again after a redirect: a public answer before is worth nothing", async () => {
    const asked: string[] = [];
    const origin = redirects;
    await refusalOf(`${origin}/?to=${encodeURIComponent("https://cdn.example/a.png")}`, {
      trusted: [origin],
      resolve: (host) => {
        asked.push(host);
        return ["10.0.0.1"];
      },
    });
    expect(asked).toEqual(["cdn.example"]);
  });
});

describe("an address", () => {
  it.each([
    ["with a user", "https://fal.media@127.0.0.1/a.png"],
    ["with user and password", "https://user:secret@fal.media/a.png"],
    ["with an empty user", "https://:@127.0.0.1/a.png"],
    ["with a backslash before the host", "https://fal.media\\@127.0.0.1/a.png"],
    ["with a port", "https://1.1.1.1:8443/a.png"],
    ["with the port of another protocol", "https://1.1.1.1:25/a.png"],
    ["over plain HTTP", "http://1.1.1.1/a.png"],
    ["of a file", "file:///etc/passwd"],
    ["over FTP", "ftp://1.1.1.1/a.png"],
    ["over gopher", "gopher://127.0.0.1:6379/_PING"],
    ["of a script", "javascript:alert(1)"],
    ["of a blob", "blob:https://fal.media/a"],
    ["of text", "data:text/html;base64,PGgxPg=="],
    ["of active content", "data:image/svg+xml;base64,PHN2Zy8+"],
    ["without a scheme", "//127.0.0.1/a.png"],
    ["of nothing", ""],
    ["with a line break in it", "https://127.0.0.1\r\nHost: x/a.png"],
  ])("%s is refused", async (_what, url) => {
    await refusalOf(url, { resolve: () => ["127.0.0.1"] });
    expect(visits).toEqual([]);
  });
});

describe("a redirect", () => {
  const follow = (target: string) =>
    refusalOf(`${redirects}/?to=${encodeURIComponent(target)}`, { trusted: [redirects] });

  it.each([
    ["to another port of the same host", () => `http://127.0.0.1:${port}/`],
    ["without a scheme", () => `//127.0.0.1:${port}/`],
    ["to a file", () => "file:///etc/passwd"],
    ["to inline active content", () => "data:image/svg+xml;base64,PHN2Zy8+"],
    ["with a user", () => `https://x@127.0.0.1:${port}/`],
    ["to nowhere", () => "https://"],
  ])("%s is not followed", async (_what, target) => {
    await follow(target());
    expect(visits).toEqual([]);
  });

  it("that goes round in circles ends", async () => {
    const loop = (depth: number): string =>
      depth === 0 ? redirects : `${redirects}/?to=${encodeURIComponent(loop(depth - 1))}`;
    expect(await follow(loop(6))).toContain("too many redirects");
  });
});
