import { createHash } from "node:crypto";
import { decode } from "blurhash";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PictureWork } from "../../../../hooks/generatio/pictures/picture-work.ts";

let work: PictureWork;
beforeAll(() => (work = new PictureWork()));
afterAll(() => work.stop());

const WHITE = { r: 255, g: 255, b: 255, alpha: 1 };
const BLACK = { r: 0, g: 0, b: 0, alpha: 1 };
const RED = { r: 255, g: 0, b: 0, alpha: 1 };
const BLUE = { r: 0, g: 0, b: 255, alpha: 1 };
type Colour = typeof WHITE;

/** Two halves, the left one and the right one. */
function halves(left: Colour, right: Colour, { width = 80, height = 40 } = {}) {
  const part = { width: width / 2, height, channels: 4 as const };
  return sharp({ create: { width, height, channels: 4, background: left } })
    .composite([{ input: { create: { ...part, background: right } }, left: width / 2, top: 0 }])
    .png()
    .toBuffer();
}

async function pixel(bytes: Uint8Array, x: number): Promise<readonly number[]> {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return [...data.subarray(x * info.channels, (x + 1) * info.channels)];
}

describe("a picture that is looked into", () => {
  it("is known by the hash of its bytes", async () => {
    const bytes = await halves(RED, BLUE);
    const { sha256 } = await work.look(bytes);
    expect(sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
  });

  it.each([
    ["wide", { width: 80, height: 40 }, [4, 3]],
    ["tall", { width: 40, height: 80 }, [3, 4]],
  ] as const)(
    "has, when it is %s, a placeholder that the official decoder reads",
    async (_name, size, [across, down]) => {
      const { blurhash } = await work.look(await halves(RED, BLUE, size));
      // The first digit tells the components (blurha.sh: the algorithm).
      const flag = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".indexOf(blurhash[0]!);
      expect([(flag % 9) + 1, Math.floor(flag / 9) + 1]).toEqual([across, down]);
      const pixels = decode(blurhash, 8, 4);
      const [left, right] = [pixels.slice(0, 3), pixels.slice(7 * 4, 7 * 4 + 3)];
      expect(left[0]! > left[2]! && right[2]! > right[0]!).toBe(true);
    },
  );

  it("has none when it cannot be decoded, and is known by its hash all the same", async () => {
    const whole = await halves(RED, BLUE);
    for (const bytes of [whole.subarray(0, 60), Buffer.from("no picture")]) {
      const facts = await work.look(bytes);
      expect(facts).toEqual({
        sha256: createHash("sha256").update(bytes).digest("hex"),
        blurhash: "",
        isBlack: false,
      });
    }
  });

  it.each([
    ["black", BLACK, BLACK, true],
    ["half red", BLACK, RED, false],
    ["white", WHITE, WHITE, false],
    ["nearly black, but not quite", BLACK, { ...BLACK, b: 12 }, false],
  ])("is known to be all black or not: %s", async (_name, left, right, expected) => {
    const bytes = await halves(left, right);
    expect((await work.look(bytes)).isBlack).toBe(expected);
    const jpeg = await sharp(bytes).jpeg({ quality: 60 }).toBuffer();
    expect((await work.look(jpeg)).isBlack).toBe(expected);
  });

  it("may be one of many at a time", async () => {
    const pictures = await Promise.all([RED, BLUE, WHITE, BLACK].map((left) => halves(left, RED)));
    const facts = await Promise.all(pictures.map((bytes) => work.look(bytes)));
    expect(facts.map(({ sha256 }) => sha256)).toEqual(
      pictures.map((bytes) => createHash("sha256").update(bytes).digest("hex")),
    );
  });
});

describe("a picture that would decompress to more than is allowed", () => {
  it("is not decoded", async () => {
    // 66 kB of PNG, 10000 × 10000 pixels.
    const bomb = await sharp({
      create: { width: 10_000, height: 10_000, channels: 3, background: "black" },
      limitInputPixels: false,
    })
      .png({ compressionLevel: 9 })
      .toBuffer();
    expect(bomb.length).toBeLessThan(1_000_000);
    expect((await work.look(bomb)).blurhash).toBe("");
    await expect(work.clean(bomb)).rejects.toThrow("pixel limit");
  });
});

describe("a picture that is cleaned", () => {
  it.each(["jpeg", "png", "webp"] as const)(
    "stays %s, and loses what it tells about its maker",
    async (format) => {
      const bytes = await sharp(await halves(RED, BLUE))
        .withExif({ IFD0: { Copyright: "somebody", Software: "a camera" } })
        .toFormat(format)
        .toBuffer();
      const cleaned = await work.clean(bytes);
      const { format: kept, exif, width, height } = await sharp(cleaned).metadata();
      expect([kept, exif, width, height]).toEqual([format, undefined, 80, 40]);
      expect(Buffer.from(cleaned).includes("somebody")).toBe(false);
    },
  );

  it("is turned upright", async () => {
    const lying = await sharp(await halves(RED, BLUE))
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const { width, height } = await sharp(await work.clean(lying)).metadata();
    expect([width, height]).toEqual([40, 80]);
  });

  it("is refused when it is none", async () => {
    await expect(work.clean(Buffer.from("<svg/>"))).rejects.toThrow("Input buffer");
  });
});

describe("a mask", () => {
  const HOLE = { ...BLACK, alpha: 0 };

  it.each([
    ["white on black", () => halves(WHITE, BLACK)],
    ["a hole", () => halves(HOLE, WHITE)],
  ] as const)("of %s becomes either form", async (_name, draw) => {
    const bytes = await draw();
    const white = await work.mask(bytes, "white");
    expect([(await pixel(white, 5))[0], (await pixel(white, 75))[0]]).toEqual([255, 0]);
    const transparent = await work.mask(bytes, "transparent");
    expect([(await pixel(transparent, 5))[3], (await pixel(transparent, 75))[3]]).toEqual([0, 255]);
    const { width, height, format } = await sharp(transparent).metadata();
    expect([width, height, format]).toEqual([80, 40, "png"]);
  });
});

describe("the thread", () => {
  it("that does not come back is ended, and another takes over", async () => {
    const impatient = new PictureWork({ longestMs: 1 });
    await expect(impatient.look(await halves(RED, BLUE))).rejects.toThrow("took too long");
    await impatient.stop();
    expect((await work.look(Buffer.from("x"))).blurhash).toBe("");
  });

  it("fails what waits when it is stopped, and what comes after", async () => {
    const own = new PictureWork();
    await own.look(Buffer.from("x"));
    const bytes = await halves(RED, BLUE, { width: 4000, height: 4000 });
    const waiting = [1, 2, 3, 4].map(() =>
      own.look(bytes).catch((error: unknown) => String(error)),
    );
    await own.stop();
    for (const result of [...waiting, own.look(bytes).catch((error: unknown) => String(error))])
      expect(await result).toContain("going down");
  });
});
