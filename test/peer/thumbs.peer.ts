import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../../src/testing/index.ts";
import { type PocketBaseServer, startPocketBase } from "./pocketbase.ts";

/* The same pictures to both servers: their thumbs have the same size and look the same. */

const MIN_DECIBELS = 30;
/**
 * PocketBase changes their colours: it has one palette for all GIFs, and takes the range of a lossy WebP's values
 * for the full one. Ours must look like what it makes of the same pixels as PNG.
 */
const JUDGED_AS_PNG = ["gif", "webp"];
/** PocketBase knows no colour profiles: only the sizes are compared. */
const ONLY_SIZES = ["jpg in CMYK"];
/** In fewer pixels rounding is all there is to see. */
const MIN_PIXELS = 64;

const SIZES = [
  "100x100",
  ...["60x40", "40x60", "33x17", "1x1", "7x90"].flatMap((size) => [
    size,
    `${size}t`,
    `${size}b`,
    `${size}f`,
  ]),
  "0x50",
  "50x0",
  "0x33",
  "1x0",
  "0x1",
  // Larger than the pictures.
  "400x300",
  "400x300t",
  "300x400b",
  "400x300f",
  "0x300",
  "400x0",
  "90x400",
];

const PICTURES: readonly (readonly [name: string, width: number, height: number])[] = [
  ["wide", 240, 160],
  ["tall", 101, 199],
  ["odd", 173, 97],
  ["small", 5, 3],
];

interface Peer {
  readonly url: string;
  readonly token: string;
  readonly storage: string;
}

let ours: TestServer;
let theirs: PocketBaseServer;
let peers: { ours: Peer; theirs: Peer };
const folders: string[] = [];

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "generatio-thumbs-"));
  folders.push(folder);
  ours = await startTestServer();
  theirs = await startPocketBase(folder);
  peers = {
    ours: {
      url: ours.url,
      token: await ours.superuserToken(),
      storage: join(ours.dataDir, "storage"),
    },
    theirs: { url: theirs.url, token: theirs.token, storage: join(folder, "storage") },
  };
  for (const peer of Object.values(peers)) {
    const body = {
      name: "pics",
      type: "base",
      viewRule: "",
      fields: [{ name: "file", type: "file", maxSize: 50 << 20, thumbs: SIZES.slice(1) }],
    };
    await send(peer, "/api/collections", JSON.stringify(body), "application/json");
  }
});

afterAll(async () => {
  await ours.close();
  await theirs.stop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

async function send(peer: Peer, path: string, body: string | FormData, type?: string) {
  const answer = await fetch(peer.url + path, {
    method: "POST",
    headers: { authorization: peer.token, ...(type && { "content-type": type }) },
    body,
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as { id: string; collectionId: string; file: string };
}

/** Like a photograph: soft areas, edges and a little texture. */
function picture(width: number, height: number): Sharp {
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      const isInside = (x - width / 3) ** 2 + (y - height / 2) ** 2 < (height / 4) ** 2;
      pixels[at] = isInside ? 220 : (x * 255) / width;
      pixels[at + 1] = (y * 255) / height;
      pixels[at + 2] = 128 + 60 * Math.sin(x / 9) * Math.cos(y / 7);
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

const SOURCES: Readonly<Record<string, (image: Sharp) => Sharp>> = {
  png: (image) => image.png(),
  "png with transparency": (image) =>
    image
      .composite([
        {
          input: Buffer.from(
            '<svg width="2" height="2"><rect width="2" height="2" fill="#fff" fill-opacity="0.5"/></svg>',
          ),
          tile: true,
          blend: "dest-out",
        },
      ])
      .png(),
  "grey png": (image) => image.greyscale().png(),
  "png with a palette": (image) => image.png({ palette: true, colours: 64 }),
  jpg: (image) => image.jpeg({ quality: 92, chromaSubsampling: "4:4:4" }),
  "jpg that lies on its side": (image) =>
    image.withMetadata({ orientation: 6 }).jpeg({ chromaSubsampling: "4:4:4" }),
  "jpg in CMYK": (image) => image.toColourspace("cmyk").jpeg(),
  gif: (image) => image.gif(),
  webp: (image) => image.webp({ quality: 90 }),
  "lossless webp": (image) => image.webp({ lossless: true }),
};

interface Raw {
  readonly size: string;
  readonly type: string | null;
  readonly pixels: Buffer;
}

async function thumbsOf(peer: Peer, bytes: Uint8Array): Promise<Map<string, Raw>> {
  const form = new FormData();
  form.append("file", new Blob([new Uint8Array(bytes)]), "picture.bin");
  const { id, collectionId, file } = await send(peer, "/api/collections/pics/records", form);
  const thumbs = new Map<string, Raw>();
  for (const size of SIZES) {
    const answer = await fetch(`${peer.url}/api/files/pics/${id}/${file}?thumb=${size}`);
    const content = Buffer.from(await answer.arrayBuffer());
    const image = sharp(content).ensureAlpha();
    const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
    const type = answer.headers.get("content-type");
    thumbs.set(size, { size: `${info.width}x${info.height}`, type, pixels: data });
  }
  // Nothing was served in place of a thumb.
  const stored = readdirSync(join(peer.storage, collectionId, id, `thumbs_${file}`));
  expect(stored.filter((entry) => !entry.endsWith(".attrs"))).toHaveLength(SIZES.length);
  return thumbs;
}

/** Peak signal-to-noise ratio of what is seen on a white ground. */
function decibels(a: Buffer, b: Buffer): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 4) {
    for (let channel = 0; channel < 3; channel++) {
      const seen = (pixels: Buffer) =>
        255 + ((pixels[at + channel]! - 255) * pixels[at + 3]!) / 255;
      sum += (seen(a) - seen(b)) ** 2;
    }
  }
  const mean = sum / ((a.length / 4) * 3);
  return mean === 0 ? Infinity : 10 * Math.log10(255 ** 2 / mean);
}

describe.each(Object.keys(SOURCES))("thumbs of a %s", (source) => {
  test.each(PICTURES)("that is %s (%i x %i)", async (_, width, height) => {
    const bytes = await SOURCES[source]!(picture(width, height)).toBuffer();
    const mine = await thumbsOf(peers.ours, bytes);
    const expected = await thumbsOf(peers.theirs, bytes);
    const seen = JUDGED_AS_PNG.includes(source)
      ? await thumbsOf(peers.theirs, await sharp(bytes).toColourspace("srgb").png().toBuffer())
      : expected;
    const wrong: string[] = [];
    for (const [size, thumb] of expected) {
      const other = mine.get(size)!;
      if (other.size !== thumb.size || other.type !== thumb.type) {
        wrong.push(`${size}: ${other.size} ${other.type} instead of ${thumb.size} ${thumb.type}`);
        continue;
      }
      if (ONLY_SIZES.includes(source) || thumb.pixels.length < MIN_PIXELS * 4) continue;
      const found = decibels(other.pixels, seen.get(size)!.pixels);
      if (found < MIN_DECIBELS) wrong.push(`${size}: ${found.toFixed(1)} dB`);
    }
    expect(wrong).toEqual([]);
  });
});
