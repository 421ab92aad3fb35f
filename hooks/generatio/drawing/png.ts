import { crc32, deflateSync } from "node:zlib";
import { CELL_PIXELS, type Mosaic } from "./mosaic.ts";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const BIT_DEPTH = 8;
const TRUE_COLOUR = 2;

/** PNG (RFC 2083), 8 bits per channel, unfiltered, with the label as a text chunk. */
export function encodePng(picture: Mosaic): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(picture.width, 0);
  header.writeUInt32BE(picture.height, 4);
  header[8] = BIT_DEPTH;
  header[9] = TRUE_COLOUR;
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("tEXt", Buffer.from(`Comment\0${picture.label}`, "latin1")),
    chunk("IDAT", deflateSync(scanLines(picture), { level: 1 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function scanLines(picture: Mosaic): Buffer {
  const { width, height } = picture;
  const stride = 1 + width * 3;
  const lines = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const start = y * stride;
    if (y % CELL_PIXELS !== 0) {
      lines.copyWithin(start, start - stride, start);
      continue;
    }
    for (let x = 0; x < width; x++) {
      const colour = picture.cell(Math.floor(x / CELL_PIXELS), y / CELL_PIXELS);
      lines.set(colour, start + 1 + x * 3);
    }
  }
  return lines;
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(data.length, 0);
  named.copy(framed, 4);
  framed.writeUInt32BE(crc32(named), named.length + 4);
  return framed;
}
