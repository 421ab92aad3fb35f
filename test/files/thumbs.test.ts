import { readdirSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drawThumb } from "../../src/files/thumb-image.ts";
import { planThumb } from "../../src/files/thumb-geometry.ts";
import { parseThumbSize } from "../../src/files/thumb-size.ts";
import { ask } from "../http/fixture.ts";
import { type FilesServer, gradient, startFilesServer, type StoredRecord } from "./fixture.ts";

test.each([
  ["100x50", { width: 100, height: 50, mode: "center" }],
  ["0x50", { width: 0, height: 50, mode: "center" }],
  ["100x0", { width: 100, height: 0, mode: "center" }],
  ["10x20t", { width: 10, height: 20, mode: "top" }],
  ["10x20b", { width: 10, height: 20, mode: "bottom" }],
  ["10x20f", { width: 10, height: 20, mode: "fit" }],
  ["0x0", undefined],
  ["0x0f", undefined],
  ["10", undefined],
  ["10x20x", undefined],
  ["-1x5", undefined],
  ["1.5x5", undefined],
  ["10x20T", undefined],
  ["", undefined],
])("the size %s is %j", (text, size) => {
  expect(parseThumbSize(text)).toEqual(size);
});

// As PocketBase 0.40.4 makes them.
test.each([
  ["240x160", "40x60f", "40x26"],
  ["240x160", "33x17f", "25x17"],
  ["240x160", "7x90f", "7x4"],
  ["240x160", "0x33", "50x33"],
  ["101x199", "33x17f", "8x17"],
  ["101x199", "7x90f", "7x13"],
  ["101x199", "1x0", "1x2"],
  ["173x97", "60x40f", "60x33"],
  ["173x97", "0x1", "2x1"],
  ["173x97", "90x400", "90x400"],
  ["5x3", "400x300f", "5x3"],
  ["5x3", "7x90", "7x90"],
])("a picture of %s as %s has a thumb of %s", (picture, size, expected) => {
  const [width, height] = picture.split("x").map(Number) as [number, number];
  const { scaled, cutAfter } = planThumb({ width, height }, parseThumbSize(size)!);
  const { width: w, height: h } = cutAfter ?? scaled;
  expect(`${w}x${h}`).toBe(expected);
});

test("a narrow strip is cut before it is blown up", () => {
  const plan = planThumb({ width: 1, height: 90 }, parseThumbSize("8000x8000")!);
  expect(plan).toEqual({
    cutBefore: { left: 0, top: 44, width: 1, height: 1 },
    scaled: { width: 8000, height: 8000 },
  });
});

describe("an image", () => {
  const thumbOf = async (
    source: Uint8Array,
    size: string,
    contentType: string,
    format?: "webp" | "avif",
  ) => {
    const thumb = await drawThumb(source, parseThumbSize(size)!, { contentType, format });
    const {
      width,
      height,
      format: actual,
      pages,
      orientation,
    } = await sharp(thumb.bytes).metadata();
    return {
      size: `${width}x${height}`,
      type: thumb.contentType,
      format: actual,
      pages: pages ?? 1,
      orientation,
      bytes: thumb.bytes,
    };
  };
  const TYPES = {
    png: "image/png",
    jpeg: "image/jpeg",
    gif: "image/gif",
    webp: "image/webp",
  } as const;

  // Sizes as PocketBase 0.40.4 makes them of the same 120x60 pictures.
  test.each([
    ["100x100", "100x100"],
    ["40x0", "40x20"],
    ["0x40", "80x40"],
    ["30x20", "30x20"],
    ["30x20t", "30x20"],
    ["30x20b", "30x20"],
    ["30x20f", "30x15"],
    ["300x200", "300x200"],
    ["300x200f", "120x60"],
    ["240x0", "240x120"],
  ])("of 120x60 as %s becomes %s", async (size, expected) => {
    for (const format of ["png", "jpeg", "gif", "webp"] as const) {
      const source = await gradient(120, 60).toFormat(format).toBuffer();
      expect([format, (await thumbOf(source, size, TYPES[format])).size]).toEqual([
        format,
        expected,
      ]);
    }
  });

  test.each<[keyof typeof TYPES, string]>([
    ["png", "png"],
    ["jpeg", "jpeg"],
    ["gif", "gif"],
    ["webp", "png"],
  ])("of type %s becomes %s", async (format, expected) => {
    const source = await gradient(40, 20).toFormat(format).toBuffer();
    const thumb = await thumbOf(source, "20x0", TYPES[format]);
    expect([thumb.type, thumb.format]).toEqual([`image/${expected}`, expected]);
  });

  test("is turned upright first", async () => {
    const source = await gradient(120, 60).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const thumb = await thumbOf(source, "40x0", TYPES.jpeg);
    expect([thumb.size, thumb.orientation]).toEqual(["40x80", undefined]);
  });

  test.each([
    ["60x60", [127, 127]],
    ["60x60t", [127, 127]],
    ["20x60t", [127, 127]],
  ])("keeps its middle column in %s", async (size, [red]) => {
    const source = await gradient(240, 240).png().toBuffer();
    const { bytes } = await thumbOf(source, size, TYPES.png);
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    const middle =
      (Math.floor(info.height / 2) * info.width + Math.floor(info.width / 2)) * info.channels;
    expect(Math.abs(data[middle]! - red!)).toBeLessThan(8);
  });

  test.each([
    ["60x20t", 0, 43],
    ["60x20", 85, 128],
    ["60x20b", 170, 213],
  ])("cropped to %s begins at its part and ends with it", async (size, first, middle) => {
    const source = await gradient(60, 60).png().toBuffer();
    const { bytes } = await thumbOf(source, size, TYPES.png);
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    const green = (row: number) => data[row * info.width * info.channels + 1]!;
    expect(Math.abs(green(0) - first)).toBeLessThan(6);
    expect(Math.abs(green(10) - middle)).toBeLessThan(6);
  });

  test("that moves becomes its first frame", async () => {
    const frames = await sharp(
      [await gradient(20, 10).png().toBuffer(), await gradient(20, 10).negate().png().toBuffer()],
      { join: { animated: true } },
    )
      .gif()
      .toBuffer();
    expect((await sharp(frames).metadata()).pages).toBe(2);
    expect((await thumbOf(frames, "10x0", TYPES.gif)).pages).toBe(1);
  });

  test.each(["webp", "avif"] as const)("can be had as %s", async (format) => {
    const thumb = await thumbOf(await gradient(40, 20).png().toBuffer(), "20x0", TYPES.png, format);
    expect([thumb.type, thumb.format]).toEqual([
      `image/${format}`,
      format === "avif" ? "heif" : format,
    ]);
  });

  test("that would unfold to too many pixels is refused", async () => {
    const bomb = await sharp({
      create: { width: 11_000, height: 11_000, channels: 3, background: "#000" },
    })
      .png()
      .toBuffer();
    await expect(
      drawThumb(bomb, parseThumbSize("10x10")!, { contentType: TYPES.png }),
    ).rejects.toThrow("pixel limit");
  });

  test.each(["100000x10", "10x100000f"])("is not blown up to %s", async (size) => {
    const source = await gradient(4, 4).png().toBuffer();
    await expect(
      drawThumb(source, parseThumbSize(size)!, { contentType: TYPES.png }),
    ).rejects.toThrow("at most 8192 pixels");
  });

  test("that is none is refused", async () => {
    await expect(
      drawThumb(Buffer.from("GIF89a nothing"), parseThumbSize("10x10")!, {
        contentType: TYPES.gif,
      }),
    ).rejects.toThrow(Error);
  });
});

function noise(width: number, height: number) {
  const create = { width, height, channels: 3, background: "#888" } as const;
  const grain = { type: "gaussian", mean: 128, sigma: 40 } as const;
  return sharp({ create: { ...create, noise: grain } });
}

describe("thumbs of the API", () => {
  let server: FilesServer;
  let record: StoredRecord;
  let names: { png: string; txt: string; broken: string };
  beforeAll(async () => {
    server = await startFilesServer();
    await server.collection({
      name: "pics",
      fields: [{ name: "files", type: "file", maxSelect: 5, thumbs: ["30x20", "0x10"] }],
    });
    const png = await gradient(120, 60).png().toBuffer();
    record = await server.record("pics", {
      files: [
        { name: "picture.png", content: png },
        { name: "text.txt", content: "text" },
        { name: "broken.png", content: png.subarray(0, 60) },
      ],
    });
    const files = record["files"] as [string, string, string];
    names = { png: files[0], txt: files[1], broken: files[2] };
  });
  afterAll(() => server.close());

  const get = (name: string, query: string) =>
    ask(server, `GET /api/files/pics/${record.id}/${name}?${query}`);
  const thumbFolder = (name: string) =>
    join(server.dataDir, "storage", record.collectionId, record.id, `thumbs_${name}`);
  const sizeOf = async (bytes: Uint8Array) => {
    const { width, height } = await sharp(bytes).metadata();
    return `${width}x${height}`;
  };

  test.each(["30x20", "100x100"])(
    "of size %s are made once and kept beside the file",
    async (size) => {
      const [first, second] = [
        await get(names.png, `thumb=${size}`),
        await get(names.png, `thumb=${size}`),
      ];
      expect([first.status, first.headers["content-type"], await sizeOf(first.bytes)]).toEqual([
        200,
        "image/png",
        size,
      ]);
      expect(first.headers["content-disposition"]).toBe(`inline; filename="${size}_${names.png}"`);
      expect([second.headers["last-modified"], second.bytes.equals(first.bytes)]).toEqual([
        first.headers["last-modified"],
        true,
      ]);
      expect(readdirSync(thumbFolder(names.png))).toEqual(
        expect.arrayContaining([`${size}_${names.png}`, `${size}_${names.png}.attrs`]),
      );
    },
  );

  test("asked for by many at once are made once", async () => {
    const stored = await server.record("pics", {
      files: [{ name: "many.png", content: await gradient(200, 200).png().toBuffer() }],
    });
    const [name] = stored["files"] as [string];
    const puts: string[] = [];
    const put = server.app.files.put.bind(server.app.files);
    server.app.files.put = (key, bytes, type) => (puts.push(key), put(key, bytes, type));
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        ask(server, `GET /api/files/pics/${stored.id}/${name}?thumb=100x100`),
      ),
    );
    server.app.files.put = put;
    expect(new Set(answers.map(({ status, bytes }) => `${status} ${bytes.length}`)).size).toBe(1);
    expect(puts).toEqual([`${stored.collectionId}/${stored.id}/thumbs_${name}/100x100_${name}`]);
  });

  test.each([
    ["of a size that the field does not list", () => names.png, "thumb=31x20"],
    ["of no size", () => names.png, "thumb="],
    ["of a file that is no image", () => names.txt, "thumb=100x100"],
    ["of an image that cannot be read", () => names.broken, "thumb=30x20"],
  ])("%s are the original", async (_, name, query) => {
    server.app.logger.warn = () => undefined;
    const original = await get(name(), "");
    const thumb = await get(name(), query);
    expect([thumb.status, thumb.headers["content-disposition"]]).toEqual([
      200,
      original.headers["content-disposition"],
    ]);
    expect(thumb.bytes.equals(original.bytes)).toBe(true);
  });

  test("that fail tell handlers why", async () => {
    const reasons: unknown[] = [];
    const id = server.app.onFileDownloadRequest().bindFunc((event) => {
      reasons.push(event.thumbError?.message);
      return event.next();
    });
    for (const query of ["", "thumb=100x100", "thumb=31x20"]) await get(names.png, query);
    server.app.onFileDownloadRequest().unbind(id);
    expect(reasons).toEqual([undefined, undefined, expect.stringContaining('"31x20"')]);
  });

  test("can be had in smaller formats", async () => {
    const webp = await get(names.png, "thumb=30x20&format=webp");
    expect([webp.headers["content-type"], await sizeOf(webp.bytes)]).toEqual([
      "image/webp",
      "30x20",
    ]);
    const png = await get(names.png, "thumb=30x20&format=nope");
    expect(png.headers["content-type"]).toBe("image/png");
    expect((await get(names.png, "format=webp")).headers["content-type"]).toBe("image/png");
  });

  test("in smaller formats can be had in a quality, of which there are ten", async () => {
    const stored = await server.record("pics", {
      files: [{ name: "noise.png", content: await noise(100, 100).png().toBuffer() }],
    });
    const [name] = stored["files"] as [string];
    const sizeIn = async (query: string) => {
      const answer = await ask(
        server,
        `GET /api/files/pics/${stored.id}/${name}?thumb=100x100&${query}`,
      );
      return answer.bytes.length;
    };
    const [worse, better] = [
      await sizeIn("format=webp&quality=20"),
      await sizeIn("format=webp&quality=90"),
    ];
    expect(worse).toBeLessThan(better / 2);
    expect(await sizeIn("format=webp&quality=22")).toBe(worse);
    expect(await sizeIn("format=avif&quality=20")).toBeLessThan(
      await sizeIn("format=avif&quality=90"),
    );
    const usual = await sizeIn("format=webp");
    for (const wrong of ["0", "101", "-5", "9e9", "x", ""])
      expect([wrong, await sizeIn(`format=webp&quality=${wrong}`)]).toEqual([wrong, usual]);
    expect(await sizeIn("quality=20")).toBe(await sizeIn(""));
    const folder = join(
      server.dataDir,
      "storage",
      stored.collectionId,
      stored.id,
      `thumbs_${name}`,
    );
    const kept = readdirSync(folder).filter((each) => !each.endsWith(".attrs"));
    const suffixes = ["", ".webp", ".q20.webp", ".q90.webp", ".q20.avif", ".q90.avif"];
    expect(kept.toSorted()).toEqual(suffixes.map((end) => `100x100_${name}${end}`).toSorted());
  });

  test("go when their file is replaced", async () => {
    const stored = await server.record("pics", {
      files: [{ name: "old.png", content: await gradient(20, 20).png().toBuffer() }],
    });
    const [name] = stored["files"] as [string];
    await ask(server, `GET /api/files/pics/${stored.id}/${name}?thumb=100x100`);
    const model = await server.app.findRecordById("pics", stored.id);
    model.set("files", []);
    await server.app.save(model);
    const folder = join(server.dataDir, "storage", stored.collectionId, stored.id);
    expect(readdirSync(folder)).toEqual([]);
  });
});
