import { CELL_PIXELS, type Mosaic } from "./mosaic.ts";

/**
 * Baseline JPEG (ITU T.81). A square of the mosaic is one block of a single colour, so that only the first
 * coefficient of each block differs from zero: with a quantiser of 8 it is the colour itself.
 */
export function encodeJpeg(picture: Mosaic): Buffer {
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, Buffer.from("JFIF\0\x01\x01\0\0\x01\0\x01\0\0", "latin1")),
    segment(0xfe, Buffer.from(picture.label, "latin1")),
    segment(0xdb, Buffer.concat([Buffer.from([0]), Buffer.alloc(64, 8)])),
    segment(0xc0, frameHeader(picture)),
    segment(
      0xc4,
      Buffer.from([
        0x00,
        ...DC_LENGTHS,
        ...DC_LENGTHS.flatMap((_, index) => DC_BY_LENGTH[index] ?? []),
      ]),
    ),
    // One code, "0": the rest of the block is zero.
    segment(0xc4, Buffer.from([0x10, 1, ...Array<number>(15).fill(0), 0x00])),
    segment(0xda, Buffer.from([3, 1, 0x00, 2, 0x00, 3, 0x00, 0, 63, 0])),
    scan(picture),
    Buffer.from([0xff, 0xd9]),
  ]);
}

// Sizes of differences (0 to 8 bits) get codes of 2, 3, 3, 3, 3, 3, 4, 5 and 6 bits (as in T.81, table K.3).
const DC_BY_LENGTH: Readonly<Record<number, readonly number[]>> = {
  1: [0],
  2: [1, 2, 3, 4, 5],
  3: [6],
  4: [7],
  5: [8],
};
const DC_LENGTHS = Array.from({ length: 16 }, (_, index) => DC_BY_LENGTH[index]?.length ?? 0);
const DC_CODES: readonly (readonly [code: number, bits: number])[] = [
  [0b00, 2],
  [0b010, 3],
  [0b011, 3],
  [0b100, 3],
  [0b101, 3],
  [0b110, 3],
  [0b1110, 4],
  [0b11110, 5],
  [0b111110, 6],
];

function frameHeader(picture: Mosaic): Buffer {
  const header = Buffer.from([8, 0, 0, 0, 0, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]);
  header.writeUInt16BE(picture.height, 1);
  header.writeUInt16BE(picture.width, 3);
  return header;
}

function segment(marker: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([head, data]);
}

function scan(picture: Mosaic): Buffer {
  const bits = new BitWriter();
  const previous = [0, 0, 0];
  for (let row = 0; row < Math.ceil(picture.height / CELL_PIXELS); row++) {
    for (let column = 0; column < Math.ceil(picture.width / CELL_PIXELS); column++) {
      for (const [part, value] of toYcc(picture.cell(column, row)).entries()) {
        writeDifference(bits, value - previous[part]!);
        previous[part] = value;
        bits.write(0, 1);
      }
    }
  }
  return bits.finish();
}

/** JFIF's colour space, each part shifted to -128 … 127. */
function toYcc([red, green, blue]: readonly [number, number, number]): number[] {
  return [
    0.299 * red + 0.587 * green + 0.114 * blue - 128,
    -0.168736 * red - 0.331264 * green + 0.5 * blue,
    0.5 * red - 0.418688 * green - 0.081312 * blue,
  ].map((value) => Math.max(-128, Math.min(127, Math.round(value))));
}

function writeDifference(bits: BitWriter, difference: number): void {
  const size = 32 - Math.clz32(Math.abs(difference));
  const [code, length] = DC_CODES[size]!;
  bits.write(code, length);
  bits.write(difference < 0 ? difference + (1 << size) - 1 : difference, size);
}

class BitWriter {
  readonly #bytes: number[] = [];
  #pending = 0;
  #count = 0;

  write(value: number, length: number): void {
    for (let bit = length - 1; bit >= 0; bit--) {
      this.#pending = (this.#pending << 1) | ((value >> bit) & 1);
      if (++this.#count === 8) this.#flush();
    }
  }

  /** The last byte is filled with ones. */
  finish(): Buffer {
    while (this.#count > 0) this.write(1, 1);
    return Buffer.from(this.#bytes);
  }

  #flush(): void {
    this.#bytes.push(this.#pending);
    // A data byte of 255 is followed by a zero, so that it is no marker.
    if (this.#pending === 0xff) this.#bytes.push(0);
    this.#pending = 0;
    this.#count = 0;
  }
}
