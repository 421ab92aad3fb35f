/** What the first bytes of a picture file say about it. */
export interface PictureHeader {
  readonly contentType: "image/png" | "image/jpeg" | "image/webp";
  readonly extension: "png" | "jpg" | "webp";
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/**
 * Recognises PNG, JPEG and WebP by their bytes, whatever their sender declared, and reads the size.
 * Anything else (SVG and HTML first of all, which could carry scripts) is not a picture here.
 */
export function readPictureHeader(bytes: Uint8Array): PictureHeader | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readPng(view) ?? readJpeg(view) ?? readWebp(view);
  return header && header.width > 0 && header.height > 0 ? header : undefined;
}

/** PNG (RFC 2083): signature, then the IHDR chunk. */
function readPng(view: Buffer): PictureHeader | undefined {
  if (view.length < 24 || view.toString("latin1", 0, 8) !== "\x89PNG\r\n\x1a\n") return undefined;
  if (view.toString("latin1", 12, 16) !== "IHDR") return undefined;
  return {
    contentType: "image/png",
    extension: "png",
    width: view.readUInt32BE(16),
    height: view.readUInt32BE(20),
  };
}

/** JPEG (ITU T.81): segments from SOI on until the start of a frame. */
function readJpeg(view: Buffer): PictureHeader | undefined {
  if (view.length < 4 || view[0] !== 0xff || view[1] !== 0xd8) return undefined;
  let at = 2;
  while (at + 9 <= view.length && view[at] === 0xff) {
    const marker = view[at + 1]!;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (isStartOfFrame(marker)) {
      return {
        contentType: "image/jpeg",
        extension: "jpg",
        height: view.readUInt16BE(at + 5),
        width: view.readUInt16BE(at + 7),
      };
    }
    at += isStandalone(marker) ? 2 : 2 + view.readUInt16BE(at + 2);
  }
  return undefined;
}

/** SOF0 to SOF15 without DHT (C4), JPG (C8) and DAC (CC). */
function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** TEM and RST0 to RST7 carry no length. */
function isStandalone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
}

/** WebP (RFC 9649): RIFF container with a VP8, VP8L or VP8X chunk first. */
function readWebp(view: Buffer): PictureHeader | undefined {
  if (view.length < 30 || view.toString("latin1", 0, 4) !== "RIFF") return undefined;
  if (view.toString("latin1", 8, 12) !== "WEBP") return undefined;
  const size = webpSize(view);
  return size && { contentType: "image/webp", extension: "webp", ...size };
}

function webpSize(view: Buffer): { width: number; height: number } | undefined {
  switch (view.toString("latin1", 12, 16)) {
    case "VP8 ":
      if (view[23] !== 0x9d || view[24] !== 0x01 || view[25] !== 0x2a) return undefined;
      return { width: view.readUInt16LE(26) & 0x3fff, height: view.readUInt16LE(28) & 0x3fff };
    case "VP8L": {
      if (view[20] !== 0x2f) return undefined;
      const bits = view.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case "VP8X":
      return { width: view.readUIntLE(24, 3) + 1, height: view.readUIntLE(27, 3) + 1 };
    default:
      return undefined;
  }
}
