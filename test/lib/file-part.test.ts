import { once } from "node:events";
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { createServer, get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FilePart, readFilePart } from "../../src/lib/file-part.ts";

const SIZE = 1_000_003;
let folder: string;
let path: string;
let bytes: Buffer;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "generatio-part-"));
  path = join(folder, "numbers.bin");
  bytes = Buffer.from(Uint32Array.from({ length: SIZE }, (_, index) => index * 2_654_435_761));
  writeFileSync(path, bytes);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The parts that are asked for: some are smaller than one piece, some end where a piece does. */
const PARTS = [
  [0, SIZE],
  [1, SIZE - 1],
  [5, 5 + (128 << 10)],
  [7, 7 + (256 << 10)],
  [SIZE - 300_000, SIZE],
  [12, 12],
] as const;

describe.each(PARTS)("the part of a file from %i to %i", (start, end) => {
  test("comes as a stream", async () => {
    const chunks = await new FilePart(path, start, end).toArray();
    expect(Buffer.concat(chunks as Buffer[]).equals(bytes.subarray(start, end))).toBe(true);
  });

  test("is written to one who is slow, piece by piece", async () => {
    const received: Buffer[] = [];
    const sink = new Writable({
      write(chunk: Buffer, _encoding, taken) {
        // The piece is only looked at when it is let go: until then its memory must be left alone.
        setImmediate(() => {
          received.push(Buffer.from(chunk));
          taken();
        });
      },
    });
    expect(await new FilePart(path, start, end).writeTo(sink)).toBe(end - start);
    expect(Buffer.concat(received).equals(bytes.subarray(start, end))).toBe(true);
  });
});

test("a small part is read at once", async () => {
  const part = await readFilePart(path, 10, 20);
  expect(part).toEqual(bytes.subarray(10, 20));
});

describe("a file that ends before its part does", () => {
  test("ends the stream", async () => {
    const chunks = await new FilePart(path, SIZE - 10, SIZE + 500_000).toArray();
    expect(Buffer.concat(chunks as Buffer[])).toEqual(bytes.subarray(SIZE - 10));
  });

  test("is told by how much was written", async () => {
    const sink = new Writable({ write: (_chunk, _encoding, taken) => taken() });
    expect(await new FilePart(path, SIZE - 10, SIZE + 500_000).writeTo(sink)).toBe(10);
  });
});

describe("no file stays open", () => {
  const isOpen = () =>
    readdirSync("/proc/self/fd").some((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`) === path;
      } catch {
        return false;
      }
    });
  const closes = () => expect.poll(isOpen).toBe(false);

  test("when the part was written, or the sink fails", async () => {
    await new FilePart(path, 0, SIZE).writeTo(
      new Writable({ write: (_chunk, _encoding, taken) => taken() }),
    );
    await closes();
    const failing = new Writable({
      write: (_chunk, _encoding, taken) => taken(new Error("no room")),
    });
    failing.on("error", () => undefined);
    await expect(new FilePart(path, 0, SIZE).writeTo(failing)).rejects.toThrow("no room");
    await closes();
  });

  test("when the sink is closed while it takes nothing", async () => {
    const asked = Promise.withResolvers<void>();
    const sink = new Writable({ write: () => asked.resolve() });
    const written = new FilePart(path, 0, SIZE).writeTo(sink);
    await asked.promise;
    expect(isOpen()).toBe(true);
    sink.destroy();
    await expect(written).rejects.toThrow("closed");
    await closes();
  });

  test("when the stream is let go, whether or not it was read", async () => {
    const part = new FilePart(path, 0, SIZE);
    await once(part, "readable");
    expect(isOpen()).toBe(true);
    part.destroy();
    await closes();
    const unread = new FilePart(path, 0, SIZE);
    unread.destroy();
    await once(unread, "close");
    expect(isOpen()).toBe(false);
  });

  test("when a client goes away in the middle of an answer", async () => {
    const outcome = Promise.withResolvers<unknown>();
    const server = createServer((_request, response) => {
      new FilePart(path, 0, SIZE).writeTo(response).then(outcome.resolve, outcome.resolve);
    }).listen(0);
    const { port } = server.address() as AddressInfo;
    const [answer] = (await once(get({ port }), "response")) as [IncomingMessage];
    answer.destroy();
    await expect(outcome.promise).resolves.toBeInstanceOf(Error);
    await closes();
    server.close();
  });
});

test("a file that is not there is told to both", async () => {
  const missing = join(folder, "missing.bin");
  const sink = new Writable({ write: (_chunk, _encoding, taken) => taken() });
  await expect(new FilePart(missing, 0, 10).writeTo(sink)).rejects.toThrow("ENOENT");
  await expect(new FilePart(missing, 0, 10).toArray()).rejects.toThrow("ENOENT");
});
