import { describe, expect, it } from "vitest";
import { readPictureHeader } from "../../../../hooks/generatio/pictures/header.ts";

const hex = (...parts: string[]) => Buffer.from(parts.join("").replaceAll(" ", ""), "hex");
const PNG_START = "89504e470d0a1a0a 0000000d 49484452";

describe("readPictureHeader", () => {
  it("reads a PNG", () => {
    expect(readPictureHeader(hex(PNG_START, "00000400 00000240 0802000000"))).toEqual({
      contentType: "image/png",
      extension: "png",
      width: 1024,
      height: 576,
    });
  });

  it.each([
    [
      "baseline",
      "ffd8 ffe0 0010 4a46494600010100000100010000 ffc0 0011 08 0240 0400 03012200021101031101",
    ],
    [
      "progressive, after EXIF and tables",
      "ffd8 ffe1 0006 45786966 ffdb 0005 000102 ffc4 0004 1122 ffff c2 0011 08 0240 0400 03012200021101031101",
    ],
  ])("reads a JPEG: %s", (_name, bytes) => {
    expect(readPictureHeader(hex(bytes))).toEqual({
      contentType: "image/jpeg",
      extension: "jpg",
      width: 1024,
      height: 576,
    });
  });

  it.each([
    // 1024 x 576 in each of the three layouts (RFC 9649 §2.5 to §2.7).
    ["lossy", "52494646 24000000 57454250 56503820 18000000 300100 9d012a 0004 4002 0000"],
    ["lossless", "52494646 24000000 57454250 5650384c 18000000 2f ffc38f00 0000000000"],
    ["extended", "52494646 24000000 57454250 56503858 0a000000 10000000 ff0300 3f0200"],
  ])("reads a WebP: %s", (_name, bytes) => {
    expect(readPictureHeader(hex(bytes))).toEqual({
      contentType: "image/webp",
      extension: "webp",
      width: 1024,
      height: 576,
    });
  });

  it.each([
    ["nothing", Buffer.alloc(0)],
    [
      "SVG",
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script/></svg>'),
    ],
    ["HTML", Buffer.from("<!doctype html><title>502</title>".padEnd(64))],
    ["GIF", hex("474946383961 0a000a00").subarray(0, 10)],
    ["a PNG without size", hex(PNG_START, "00000000 00000000 0802000000")],
    ["a cut PNG", hex(PNG_START)],
    [
      "a PNG that starts with another chunk",
      hex("89504e470d0a1a0a 0000000d 74455874 00000400 00000240"),
    ],
    ["a cut JPEG", hex("ffd8 ffe0 0010 4a4649460001")],
    ["a JPEG without a frame", hex("ffd8 ffdb 0005 000102 ffda 0004 0000 00000000")],
    ["a RIFF that is sound", Buffer.from("RIFF\0\0\0\0WAVEfmt ".padEnd(40, "\0"), "latin1")],
  ])("does not take %s for a picture", (_name, bytes) => {
    expect(readPictureHeader(bytes)).toBeUndefined();
  });
});
