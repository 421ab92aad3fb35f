import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { RecordModel } from "generatio";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Member, type ProductServer, startProduct } from "../product-server.ts";

// What is kept of what a provider delivers, whatever it delivers. The provider here is the emulated queue with its
// files exchanged for others.

let product: ProductServer;
let door: Server;
let ann: Member;
/** Delivered instead of the emulator's files, in turn; the last one again and again. */
let files: (Buffer | "as made")[] = [];

beforeAll(async () => {
  door = createServer(async (request, response) => {
    const { url: path = "/" } = request;
    const body: Buffer[] = [];
    for await (const chunk of request) body.push(chunk as Buffer);
    const own = path.startsWith("/files/")
      ? files.length > 1
        ? files.shift()
        : files[0]
      : undefined;
    if (own && own !== "as made") return void response.end(own);
    const answer = await fetch(product.emulator.url + path, {
      method: request.method ?? "GET",
      headers: {
        authorization: request.headers.authorization ?? "",
        "content-type": "application/json",
      },
      ...(body.length > 0 ? { body: Buffer.concat(body) } : {}),
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    const origin = `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
    const isFile = path.startsWith("/files/");
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
    response.end(isFile ? bytes : String(bytes).replaceAll(product.emulator.url, origin));
  });
  await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
  const { port } = door.address() as AddressInfo;
  product = await startProduct({ env: { GENERATIO_FAL_URL: `http://127.0.0.1:${port}` } });
  ann = await (await product.signUp()).unlock();
});
afterAll(async () => {
  door.closeAllConnections();
  door.close();
  await product.close();
});
beforeEach(() => (files = ["as made"]));

const square = (colour: string, side = 64) =>
  sharp({ create: { width: side, height: side, channels: 3, background: colour } })
    .png()
    .toBuffer();

async function imagesOf(answer: { body: Record<string, unknown> }): Promise<RecordModel[]> {
  const ids = (answer.body["images"] as { id: string }[]).map(({ id }) => id);
  const found = await product.app.findRecordsByIds("images", ids);
  return ids.map((id) => found.find((image) => image.id === id)!);
}

const bytesOf = async (image: RecordModel) =>
  Buffer.from(await (await fetch(product.url + image.getString("url"))).arrayBuffer());

const pathOf = (image: RecordModel) =>
  join(product.dataDir, "storage", image.collection.id, image.id, image.getString("file"));

describe("a picture", () => {
  it("is kept to the byte, with its size, type, hash and placeholder", async () => {
    const original = await sharp(await square("orange", 100))
      .withExif({ IFD0: { Software: "the model" } })
      .jpeg()
      .toBuffer();
    files = [original];
    const [image] = await imagesOf(await ann.generate());
    expect((await bytesOf(image!)).equals(original)).toBe(true);
    expect({
      width: image!.getNumber("width"),
      height: image!.getNumber("height"),
      mime: image!.getString("mime"),
      bytes: image!.getNumber("bytes"),
      sha256: image!.getString("sha256"),
      nsfw: image!.getBool("nsfw"),
      prompt_used: image!.getString("prompt_used"),
    }).toEqual({
      width: 100,
      height: 100,
      mime: "image/jpeg",
      bytes: original.length,
      sha256: createHash("sha256").update(original).digest("hex"),
      nsfw: false,
      prompt_used: "a fox",
    });
    expect(image!.getString("blurhash")).toMatch(/^[0-9A-Za-z#$%*+,\-.:;=?@[\]^_{|}~]{28}$/);
  });

  it("has a thumbnail that is smaller", async () => {
    files = [await square("teal", 1000)];
    const { body } = await ann.generate();
    const [{ thumbnail_url: thumbnail }] = body["images"] as [{ thumbnail_url: string }];
    const answer = await fetch(product.url + thumbnail);
    const { width } = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
    expect([answer.status, width]).toEqual([200, 512]);
  });

  it("that the provider marks is marked", async () => {
    files = [await square("orange")];
    const [image] = await imagesOf(await ann.generate({ prompt: "x [[emu:nsfw]]" }));
    expect(image!.getBool("nsfw")).toBe(true);
    expect(image!.getJson("other_info")).toMatchObject({ has_nsfw: true });
  });

  it("that cannot be decoded is kept, since it was paid, without a placeholder", async () => {
    const broken = (await square("navy")).subarray(0, 90);
    files = [broken];
    const [image] = await imagesOf(await ann.generate());
    expect((await bytesOf(image!)).equals(broken)).toBe(true);
    expect(image!.getString("blurhash")).toBe("");
  });
});

describe("the same bytes", () => {
  it("are stored once for one user, and both records say which came first", async () => {
    files = [await square("crimson")];
    const [first] = await imagesOf(await ann.generate());
    const [second] = await imagesOf(await ann.generate());
    expect([first!.getString("duplicate_of"), second!.getString("duplicate_of")]).toEqual([
      "",
      first!.id,
    ]);
    expect(statSync(pathOf(second!)).ino).toBe(statSync(pathOf(first!)).ino);
  });

  it("in one answer are recognised, too", async () => {
    files = [await square("plum")];
    const images = await imagesOf(await ann.generate({ parameters: { num_images: 3 } }));
    const [first, ...others] = images;
    expect(others.map((image) => image.getString("duplicate_of"))).toEqual([first!.id, first!.id]);
    expect(new Set(images.map((image) => statSync(pathOf(image)).ino)).size).toBe(1);
  });

  it("survive the deletion of the first record", async () => {
    const bytes = await square("gold");
    files = [bytes];
    const [first] = await imagesOf(await ann.generate());
    const [second] = await imagesOf(await ann.generate());
    await product.app.delete(first!);
    expect((await bytesOf(second!)).equals(bytes)).toBe(true);
    const [left] = await product.app.findRecordsByIds("images", [second!.id]);
    expect(left!.getString("duplicate_of")).toBe("");
  });

  it("of two users have nothing to do with each other", async () => {
    const bob = await (await product.signUp()).unlock();
    files = [await square("olive")];
    const [anns] = await imagesOf(await ann.generate());
    const [bobs] = await imagesOf(await bob.generate());
    expect(bobs!.getString("duplicate_of")).toBe("");
    expect(statSync(pathOf(bobs!)).ino).not.toBe(statSync(pathOf(anns!)).ino);
  });
});

describe("what is no picture to keep", () => {
  const huge = () => {
    // A header is enough: it says 60000 × 60000 pixels.
    const bytes = Buffer.alloc(64);
    bytes.write("\x89PNG\r\n\x1a\n", 0, "latin1");
    bytes.writeUInt32BE(13, 8);
    bytes.write("IHDR", 12, "latin1");
    bytes.writeUInt32BE(60_000, 16);
    bytes.writeUInt32BE(60_000, 20);
    return bytes;
  };

  it.for([
    ["too many pixels", huge, "too many pixels"],
    ["a page", () => Buffer.from("<!doctype html><script>alert(1)</script>"), "no PNG, JPEG"],
    ["active content", () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), "no PNG"],
    ["another type", () => Buffer.from("GIF89a\x01\x00\x01\x00", "latin1"), "no PNG"],
    ["nothing", () => Buffer.alloc(0), "no PNG"],
  ] as const)("%s: the job fails, it is paid, and nothing is stored", async ([, make, reason]) => {
    const bob = await (await product.signUp()).unlock();
    files = [make().length === 0 ? Buffer.from("") : make()];
    if (files[0]!.length === 0) files = [Buffer.from(" ")];
    const { status, body } = await bob.generate();
    expect([status, body["error"]]).toEqual([502, "external_error"]);
    expect(body["message"]).toContain(reason);
    const filter = `user_id = "${bob.id}"`;
    expect(await product.app.countRecords("images", filter)).toBe(0);
    expect((await bob.get("financial/stats")).body["total_spent"]).toBe(0.003);
  });
});
