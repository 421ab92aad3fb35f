import { describe, expect, test } from "vitest";
import { detectMime, matchesMime, SNIFF_LENGTH } from "../../src/lib/mime.ts";
import { MIME_FACTS } from "./mime-facts.ts";

const bytes = (text: string) => Buffer.from(text, "latin1");

describe("detectMime", () => {
  test.each(MIME_FACTS)("finds what %s is", (_, content, mime, extension) => {
    expect(detectMime(Buffer.from(content, "base64"))).toEqual({ mime, extension });
  });

  test.each([
    [
      "text before a NUL beyond the first bytes",
      `${"a".repeat(4096)}\0`,
      "text/plain; charset=utf-8",
    ],
    ["a NUL at the end of the first bytes", `${"a".repeat(4095)}\0`, "application/octet-stream"],
    ["JSON that the end cuts", `[${"1,".repeat(3000)}`, "application/json"],
    ["an object that the end cuts in a text", `{"a":"${"x".repeat(5000)}`, "application/json"],
    [
      "broken JSON that the end cuts",
      `[${"1,".repeat(1000)}}${"1,".repeat(3000)}`,
      "text/plain; charset=utf-8",
    ],
    ["a PDF behind a preamble", `${"x".repeat(1000)}%PDF-1.4`, "application/pdf"],
    ["a PDF mark too far in", `${"x".repeat(1100)}%PDF-1.4`, "text/plain; charset=utf-8"],
    ["long text", "hello world\n".repeat(1000), "text/plain; charset=utf-8"],
  ])("judges by the first bytes: %s", (_, content, mime) => {
    expect(detectMime(bytes(content).subarray(0, SNIFF_LENGTH)).mime).toBe(mime);
    expect(detectMime(bytes(content)).mime).toBe(mime);
  });

  test("answers for an empty file", () => {
    expect(detectMime(new Uint8Array())).toEqual({ mime: "text/plain", extension: ".txt" });
  });

  test.each([
    "{",
    "[",
    '"',
    ",",
    "a,b\n",
    "\n",
    "<!--",
    "<svg ",
    "<?xml ",
    "PK\x03\x04",
    "P1\n#\n",
    "\\",
    "%PDF",
    "-",
  ])("answers at once for nothing but %j", (part) => {
    const content = bytes(part.repeat(4096)).subarray(0, SNIFF_LENGTH);
    const started = performance.now();
    detectMime(content);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe("matchesMime", () => {
  const png = bytes("\x89PNG\r\n\x1a\n");

  test.each([
    [["image/png"], true],
    [["Image/PNG; q=1"], true],
    [[" image/png "], true],
    [["image/jpeg", "image/png"], true],
    [["image/apng"], false],
    [["image/*"], false],
    [["png"], false],
    [[""], false],
    [[], false],
  ])("compares a PNG with %j", (allowed, isAllowed) =>
    expect(matchesMime(png, allowed)).toBe(isAllowed),
  );

  test("accepts other names of a type, and no parent", () => {
    expect(matchesMime(bytes("<?xml version='1.0'?><a/>"), ["application/xml"])).toBe(true);
    expect(matchesMime(bytes("ID3\x03\0\0\0\0\0\x10"), ["audio/mp3"])).toBe(true);
    expect(matchesMime(bytes('{"a":1}'), ["text/plain"])).toBe(false);
  });
});
