import { createHash, createHmac } from "node:crypto";
import dns from "node:dns";
import { once } from "node:events";
import { createServer, type IncomingMessage, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type S3Access, S3Client } from "../../src/files/storage/s3-client.ts";
import { S3Driver } from "../../src/files/storage/s3.ts";
import { storageDriverChecks } from "../../src/testing/index.ts";
import { type S3Server, startS3Server } from "./s3-server.ts";

const MIB = 1 << 20;

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server.close());

describe("the S3 driver", () => {
  test.each(storageDriverChecks(async () => new S3Driver(await server.bucket())))(
    "$name",
    async (check) => {
      await expect(check.run()).resolves.toBeUndefined();
    },
  );

  test("sends large files in parts", async () => {
    const access = await server.bucket();
    const driver = new S3Driver(access);
    const pieces = Array.from({ length: 37 }, (_, index) => Buffer.alloc(MIB - 1, index + 1));
    await driver.put("c/r/large", Readable.from(pieces), {
      contentType: "video/mp4",
      metadata: { "original-filename": "ü (1).mp4" },
    });
    const file = await driver.head("c/r/large");
    expect(file).toMatchObject({
      size: 37 * (MIB - 1),
      contentType: "video/mp4",
      metadata: { "original-filename": "ü (1).mp4" },
    });
    const content = (await driver.read("c/r/large", 0, 37 * (MIB - 1))) as Readable;
    expect(Buffer.concat(await content.toArray()).equals(Buffer.concat(pieces))).toBe(true);
  });

  test("keeps a part as it was until it has been sent, when later ones overtake it", async () => {
    const access = await server.bucket();
    const parts: string[] = [];
    // A storage that reads the second part only when the third one has been taken.
    const slow = createServer((request, response) => {
      const part = new URL(request.url!, "http://storage").searchParams.get("partNumber");
      const pass = (): void => {
        const { method, url, headers } = request;
        const answered = (answer: IncomingMessage): void => {
          if (part !== null) parts.push(part);
          response.writeHead(answer.statusCode!, answer.headers);
          answer.pipe(response);
        };
        request.pipe(httpRequest({ port: server.port, method, path: url, headers }, answered));
      };
      if (part === "2") void vi.waitUntil(() => parts.includes("3")).then(pass);
      else pass();
    });
    await once(slow.listen(0, "127.0.0.1"), "listening");
    const endpoint = `http://127.0.0.1:${(slow.address() as AddressInfo).port}`;
    const driver = new S3Driver({ ...access, endpoint });
    const pieces = Array.from({ length: 31 }, (_, index) => Buffer.alloc(MIB, index + 1));
    await driver.put("large", Readable.from(pieces), { contentType: "video/mp4" });
    expect(parts.indexOf("3")).toBeLessThan(parts.indexOf("2"));
    const content = (await driver.read("large", 0, 31 * MIB)) as Readable;
    expect(Buffer.concat(await content.toArray()).equals(Buffer.concat(pieces))).toBe(true);
    slow.close();
  });

  test("leaves nothing of a large file whose source fails", async () => {
    const driver = new S3Driver(await server.bucket());
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(20 * MIB);
      throw new Error("source failed");
    };
    await expect(driver.put("large", failing(), { contentType: "a/b" })).rejects.toThrow(
      "source failed",
    );
    expect(await driver.head("large")).toBeUndefined();
  });

  // PocketBase: tools/filesystem/internal/s3blob, escapeKey and NewTypedWriter.
  test("writes keys and metadata as PocketBase does", async () => {
    const access = await server.bucket();
    await new S3Driver(access).put("c/../r\n/a b+.txt", [Buffer.from("x")], {
      contentType: "text/plain",
      metadata: { "original-filename": "ü b.txt" },
    });
    const client = new S3Client(access);
    const list = await (await client.send({ method: "GET", query: { "list-type": "2" } })).text();
    expect(list).toContain("<Key>c/..__0x2f__r__0xa__/a b+.txt</Key>");
    const key = "c/..__0x2f__r__0xa__/a b+.txt";
    const { headers } = await client.send({ method: "HEAD", key });
    expect([headers.get("content-type"), headers.get("x-amz-meta-original-filename")]).toEqual([
      "text/plain",
      "%C3%BC%20b.txt",
    ]);
  });

  test.each(["", ".", "..", "a/..", "a/./b"])("refuses the key %j", async (key) => {
    const driver = new S3Driver(await server.bucket());
    await expect(driver.delete(key)).rejects.toThrow(`bad storage key ${key}`);
  });

  test("says in one sentence what the storage refuses", async () => {
    const access = await server.bucket();
    const put = (change: Partial<S3Access>) =>
      new S3Driver({ ...access, ...change }).put("a", [], { contentType: "a/b" });
    await expect(put({ accessKey: "nobody" })).rejects.toThrow(
      "the S3 storage answered 403 InvalidAccessKeyId (The AWS Access Key Id you provided does not exist",
    );
    await expect(put({ bucket: "nope" })).rejects.toThrow(
      "the S3 storage answered 404 NoSuchBucket (The specified bucket does not exist)",
    );
    await expect(put({ endpoint: "http://127.0.0.1:1" })).rejects.toThrow(
      "the S3 storage cannot be reached: ",
    );
    expect(() => new S3Driver({ ...access, endpoint: "not an address" })).toThrow("no S3 endpoint");
  });

  test("takes a missing bucket for an error, not for missing files", async () => {
    const driver = new S3Driver({ ...(await server.bucket()), bucket: "nope" });
    await expect(driver.list("").next()).rejects.toThrow("NoSuchBucket");
  });

  test("addresses the bucket as a host of its own unless told otherwise", async () => {
    const access = await server.bucket();
    const lookup = vi
      .spyOn(dns, "lookup")
      .mockImplementation(((
        _name: string,
        options: { all?: boolean },
        done: (error: null, ...found: unknown[]) => void,
      ) =>
        options.all
          ? done(null, [{ address: "127.0.0.1", family: 4 }])
          : done(null, "127.0.0.1", 4)) as never);
    const endpoint = `http://s3.localhost:${server.port}/`;
    const driver = new S3Driver({ ...access, endpoint, forcePathStyle: false });
    await driver.put("a/b", [Buffer.from("virtual")], { contentType: "text/plain" });
    expect(lookup.mock.calls.map(([name]) => name)).toContain(`${access.bucket}.s3.localhost`);
    lookup.mockRestore();
    expect((await new S3Driver(access).head("a/b"))?.size).toBe(7);
  });

  test.each<[string, string]>([
    ["put", "c/r/a b+~'(1)!*€.txt"],
    ["list", "c/ü&=+/"],
  ])("signs what it sends: %s %s", async (method, text) => {
    const signatures: { readonly sent: string; readonly expected: string }[] = [];
    const judge = createServer((request, answer) => {
      signatures.push(signaturesOf(request, "top secret"));
      answer.end("<x/>");
    });
    await new Promise<void>((resolve) => judge.listen(0, "127.0.0.1", resolve));
    const endpoint = `http://127.0.0.1:${(judge.address() as AddressInfo).port}`;
    const driver = new S3Driver({ ...(await server.bucket()), endpoint, secret: "top secret" });
    if (method === "list") await driver.list(text).next();
    else await driver.put(text, [], { contentType: "a/b", metadata: { name: "ü" } });
    judge.close();
    expect(signatures).toHaveLength(1);
    expect(signatures[0]!.sent).toMatch(/^[0-9a-f]{64}$/);
    expect(signatures[0]!.sent).toBe(signatures[0]!.expected);
  });

  test("tries again when the storage is busy", async () => {
    const statuses = [503, 429, 200];
    const busy = createServer((_, answer) => answer.writeHead(statuses.shift() ?? 500).end());
    await new Promise<void>((resolve) => busy.listen(0, "127.0.0.1", resolve));
    const endpoint = `http://127.0.0.1:${(busy.address() as AddressInfo).port}`;
    const driver = new S3Driver({ ...(await server.bucket()), endpoint });
    await driver.put("a", [Buffer.from("x")], { contentType: "a/b" });
    expect(statuses).toEqual([]);
    await expect(driver.put("a", [], { contentType: "a/b" })).rejects.toThrow("answered 500");
    busy.close();
  });
});

/** AWS signature version 4 as a service computes it of what it received (AWS: "Signing AWS API requests"). */
function signaturesOf(request: IncomingMessage, secret: string) {
  const authorization = request.headers.authorization ?? "";
  const part = (name: string) => new RegExp(`${name}=([^,]+)`).exec(authorization)?.[1] ?? "";
  const [path = "", query = ""] = request.url!.split("?");
  // Names and values as sent: they must be encoded as AWS wants them already, but for the plus of a blank.
  const parameters = query.replaceAll("+", "%20").split("&").filter(Boolean).toSorted();
  const headers = part("SignedHeaders").split(";");
  const canonical = [
    request.method,
    path,
    parameters.join("&"),
    ...headers.map((name) => `${name}:${String(request.headers[name])}`),
    "",
    headers.join(";"),
    "UNSIGNED-PAYLOAD",
  ].join("\n");
  const [, ...scope] = part("Credential").split("/");
  const toSign = [
    "AWS4-HMAC-SHA256",
    request.headers["x-amz-date"],
    scope.join("/"),
    createHash("sha256").update(canonical).digest("hex"),
  ].join("\n");
  const hmac = (key: string | Buffer, text: string) =>
    createHmac("sha256", key).update(text).digest();
  const key = scope.reduce<Buffer | string>(
    (previous, text) => hmac(previous, text),
    `AWS4${secret}`,
  );
  return { sent: part("Signature"), expected: hmac(key, toSign).toString("hex") };
}
