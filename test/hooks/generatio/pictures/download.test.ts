import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { download, DownloadError } from "../../../../hooks/generatio/pictures/download.ts";

const servers: Server[] = [];

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const NOWHERE: ReadonlySet<string> = new Set();

async function refusalOf(
  url: string,
  addresses: readonly string[] = [],
  trusted = NOWHERE,
): Promise<string> {
  const error: unknown = await download(url, {
    trustedOrigins: trusted,
    signal: AbortSignal.timeout(10_000),
    resolve: () => Promise.resolve(addresses),
  }).catch((reason: unknown) => reason);
  if (!(error instanceof DownloadError))
    throw new Error(`expected a refusal, got ${String(error)}`);
  expect(error.isFinal).toBe(true);
  return error.message;
}

describe("an address that is not trusted", () => {
  it.each([
    ["plain HTTP", "http://fal.media/a.png", "not https"],
    ["another scheme", "file:///etc/passwd", "not https"],
    ["credentials", "https://user:pass@fal.media/a.png", "credentials"],
    ["a port", "https://fal.media:8443/a.png", "port"],
    ["a loopback literal", "https://127.0.0.1/a.png", "not public"],
    ["a loopback literal in disguise", "https://2130706433/a.png", "not public"],
    ["a hexadecimal loopback", "https://0x7f.1/a.png", "not public"],
    ["an IPv6 loopback", "https://[::1]/a.png", "not public"],
    ["a mapped IPv4 loopback", "https://[::ffff:127.0.0.1]/a.png", "not public"],
    ["the metadata service", "https://169.254.169.254/latest/meta-data", "not public"],
    ["no URL", "//fal.media/a.png", "not a URL"],
  ])("is refused: %s", async (_name, url, reason) => {
    expect(await refusalOf(url)).toContain(reason);
  });

  it.each([
    ["a name of a private address", ["10.0.0.5"]],
    ["a name with one private address among public ones", ["1.1.1.1", "192.168.0.1"]],
    ["a name of this host", ["::1"]],
  ])("is refused: %s", async (_name, addresses) => {
    expect(await refusalOf("https://cdn.example/a.png", addresses)).toContain("not public");
  });

  it("is not reached through a trusted server's redirect", async () => {
    let visits = 0;
    const inside = await serve((_request, response) => {
      visits++;
      response.end("secret");
    });
    const origin = await serve((_request, response) =>
      response.writeHead(302, { location: `${inside}/` }).end(),
    );
    expect(await refusalOf(`${origin}/a.png`, [], new Set([origin]))).toContain("not https");
    expect(visits).toBe(0);
  });
});

describe("a trusted origin", () => {
  const fetchFrom = (origin: string, path = "/a.png") =>
    download(`${origin}${path}`, {
      trustedOrigins: new Set([origin]),
      signal: AbortSignal.timeout(15_000),
    });

  it("is read over plain HTTP, without any credentials", async () => {
    let headers: Record<string, unknown> = {};
    const origin = await serve((request, response) => {
      headers = request.headers;
      response.end("bytes");
    });
    expect(String(await fetchFrom(origin))).toBe("bytes");
    expect(Object.keys(headers).toSorted()).toEqual([
      "accept",
      "accept-encoding",
      "connection",
      "host",
      "user-agent",
    ]);
  });

  it("may redirect to itself, three times", async () => {
    const origin = await serve((request, response) => {
      const hop = Number(request.url?.slice(1));
      if (hop === 0) response.end("there");
      else response.writeHead(302, { location: `/${hop - 1}` }).end();
    });
    expect(String(await fetchFrom(origin, "/3"))).toBe("there");
    await expect(fetchFrom(origin, "/4")).rejects.toThrow("too many redirects");
  });

  it("is asked again after a broken or overloaded answer", async () => {
    const answers: RequestListener[] = [
      (_request, response) => response.writeHead(503).end(),
      (_request, response) => {
        response.writeHead(200, { "content-length": 100 });
        response.write("only a part", () => response.destroy());
      },
      (_request, response) => response.end("whole"),
    ];
    const origin = await serve((request, response) => answers.shift()!(request, response));
    expect(String(await fetchFrom(origin))).toBe("whole");
    expect(answers).toHaveLength(0);
  });

  it.each([
    [404, 2],
    [403, 2],
    [400, 1],
    [204, 1],
  ])("that answers %i is asked %i times", async (status, times) => {
    let visits = 0;
    const origin = await serve((_request, response) => {
      visits++;
      response.writeHead(status).end();
    });
    await expect(fetchFrom(origin)).rejects.toThrow(String(status));
    expect(visits).toBe(times);
  });

  it.each([
    ["announces it", { "content-length": String(33 * 1024 * 1024) }],
    ["does not announce it", {}],
  ])("is cut off when it sends too much and %s", async (_name, headers) => {
    const origin = await serve((_request, response) => {
      response.writeHead(200, headers);
      const part = Buffer.alloc(1024 * 1024);
      response.on("error", () => undefined);
      const send = (left: number) => {
        if (left > 0 && response.socket?.destroyed === false)
          response.write(part, () => send(left - 1));
      };
      send(33);
    });
    await expect(fetchFrom(origin)).rejects.toThrow("too large");
  });

  it("stops at the caller's wish", async () => {
    const origin = await serve(() => undefined);
    const abort = new AbortController();
    const pending = download(`${origin}/a.png`, {
      trustedOrigins: new Set([origin]),
      signal: abort.signal,
    });
    setTimeout(() => abort.abort(new Error("shutting down")), 50);
    await expect(pending).rejects.toThrow("shutting down");
  });
});

describe("an inline picture", () => {
  const options = { trustedOrigins: NOWHERE, signal: AbortSignal.timeout(1000) };

  it("is decoded", async () => {
    expect(String(await download("data:image/png;base64,aGVsbG8=", options))).toBe("hello");
  });

  it.each([
    "data:text/html;base64,aGVsbG8=",
    "data:image/svg+xml,<svg/>",
    "data:image/png;base64,a b",
  ])("%s is refused", async (url) => {
    await expect(download(url, options)).rejects.toThrow("inline picture");
  });
});
