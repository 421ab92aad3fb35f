/*
 * Recognises binary formats whose signature is more than a fixed run of bytes. Contents are characters of the
 * same codes as the bytes.
 */

/** Little-endian; NaN beyond the end. */
function uint16(content: string, at: number): number {
  return content.charCodeAt(at) + content.charCodeAt(at + 1) * 0x100;
}

function uint32(content: string, at: number): number {
  return uint16(content, at) + uint16(content, at + 2) * 0x10000;
}

/** Tests the brand of an ISO base media file. */
export function hasBrand(...brands: readonly string[]) {
  return (content: string): boolean =>
    content.length >= 12 && brands.includes(content.slice(8, 12));
}

/** The header's sum of bytes is right, its own field taken as blanks. */
export function isTar(content: string): boolean {
  if (content.length < 512 || content.slice(0, 100).includes("/gpkg-1\0")) return false;
  const digits = content.slice(148, 156).replace(/^[ \0]+|[ \0]+$/g, "");
  if (!/^[0-7]+/.test(digits)) return false;
  const recorded = Number.parseInt(digits, 8);
  let [unsigned, signed] = [0, 0];
  for (let at = 0; at < 512; at++) {
    const byte = at >= 148 && at < 156 ? 0x20 : content.charCodeAt(at);
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  return recorded === unsigned || recorded === signed;
}

/** A Matroska container with a document type. */
export function isMatroska(documentType: string) {
  return (content: string): boolean => {
    if (!content.startsWith("\x1a\x45\xdf\xa3")) return false;
    const element = content.indexOf("\x42\x82");
    if (element <= 0) return false;
    const width = Math.clz32(content.charCodeAt(element + 2)) - 24 + 1;
    return content.startsWith(documentType, element + 2 + Math.min(width, 8));
  };
}

/** A PNG whose animation control comes before its first image data. */
export function isAnimatedPng(content: string): boolean {
  let at = 8;
  for (let chunk = 0; chunk < 32 && at < content.length; chunk++) {
    const size = swap32(uint32(content, at));
    const type = content.slice(at + 4, at + 8);
    if (type === "acTL") return true;
    if (type === "IDAT") return false;
    at += size + 12;
  }
  return false;
}

function swap32(value: number): number {
  const bytes = [value, value / 0x100, value / 0x10000, value / 0x1000000].map(
    (part) => Math.floor(part) % 0x100,
  );
  return bytes.reduce((sum, byte) => sum * 0x100 + byte, 0);
}

/** An ID3 header of a sane size, or the mark of an MPEG audio frame. */
export function isMp3(content: string): boolean {
  if (
    /^ID3[\x02-\x04]\0[\0\x10\x20\x30\x40\x50\x60\x70\x80\x90\xa0\xb0\xc0\xd0\xe0\xf0][\0-\x7f]{4}/.test(
      content,
    )
  ) {
    const size = [6, 7, 8, 9].reduce((sum, at) => sum * 128 + content.charCodeAt(at), 0);
    if (size > 0 && size < 10 * 1024 * 1024) return true;
  }
  return /^\xff(?:[\xfa\xfb\xf2\xf3\xe2\xe3\xfc\xfd\xf4\xf5])./s.test(content);
}

const BMP_HEADER_SIZES = [16, 24, 40, 48, 52, 56, 64, 108, 124];

export function isBmp(content: string): boolean {
  return (
    content.length >= 18 &&
    content.startsWith("BM") &&
    BMP_HEADER_SIZES.includes(uint32(content, 14))
  );
}

/** A dBase table: a date, reserved zeros, a known version. */
export function isDbf(content: string): boolean {
  const header =
    /^[\x02-\x05\x30\x31\x32\x42\x62\x7b\x82\x83\x87\x8a\x8b\x8e\xb3\xcb\xe5\xf4\xf5\xfb].[\x01-\x0c][\x01-\x1f].{8}\0\0.{14}[\0\x01].\0\0/s;
  return content.length >= 68 && header.test(content);
}

/** Zstandard frames and the skippable ones before them. */
export function isZstd(content: string): boolean {
  const mark = uint32(content, 0);
  return (mark >= 0xfd2fb522 && mark <= 0xfd2fb528) || (mark >= 0x184d2a50 && mark <= 0x184d2a5f);
}

/** Compressed data with a zlib header that is no text. */
export function isZlib(content: string): boolean {
  return (
    /^x[\s\S]/.test(content) &&
    (0x7800 + content.charCodeAt(1)) % 31 === 0 &&
    /[\0-\x08\x0b\x0e-\x1a\x1c-\x1f]/.test(content)
  );
}

/** A browser extension: a zip behind keys. */
export function isCrx(content: string): boolean {
  if (content.length < 16 || !content.startsWith("Cr24")) return false;
  return isZip(content.slice(16 + uint32(content, 8) + uint32(content, 12)));
}

export function isZip(content: string): boolean {
  return /^PK[\x03\x05\x07][\x04\x06\x08]/.test(content);
}

/** Names of the entries of a zip, as far as they are within the content. */
function* zipEntries(content: string): Generator<string> {
  let at = 0;
  for (let entry = 0; entry < 100; entry++) {
    at = content.indexOf("PK\x03\x04", at);
    if (at < 0) return;
    const length = uint16(content, at + 26);
    const start = at + 30;
    if (!(start + length <= content.length) || length === 0) return;
    yield content.slice(start, start + length);
    at += 26;
  }
}

/** A zip whose first entry is a `mimetype` file that begins so. */
export function isZipOf(mimetype: string) {
  return (content: string): boolean => content.startsWith(`mimetype${mimetype}`, 30);
}

const OFFICE_STARTS = ["_rels/", "docProps/", "customXml/", "[trash]/"];

/** An Office Open XML file with a certain folder. */
export function isOfficeZip(folder: string) {
  return (content: string): boolean => {
    let isFirst = true;
    for (const name of zipEntries(content)) {
      if (name.startsWith(folder)) return true;
      const isOffice =
        name === "[Content_Types].xml" || OFFICE_STARTS.some((start) => name.startsWith(start));
      if (isFirst && !isOffice) return false;
      isFirst = false;
    }
    return false;
  };
}

const APK_ENTRIES = [
  "AndroidManifest.xml",
  "META-INF/com/android/build/gradle/app-metadata.properties",
  "classes.dex",
  "resources.arsc",
  "res/drawable",
];

/** A nameless and empty entry that Android's tool puts first. */
const APK_PADDING = /^[\s\S]*?PK\x03\x04.{4}\0\0.{4}\0{14}/s;

export function isApk(content: string): boolean {
  if (content.indexOf("PK\x03\x04") === APK_PADDING.exec(content)?.[0].lastIndexOf("PK\x03\x04"))
    return true;
  return zipEntries(content).some((name) => APK_ENTRIES.includes(name));
}

export function isJar(content: string): boolean {
  const extra = 0x1a + 4 + uint16(content, 0x1a);
  if (uint16(content, extra) === 0xcafe) return true;
  const first = zipEntries(content).next().value;
  return first === "META-INF/" || first === "META-INF/MANIFEST.MF";
}

export function isKmz(content: string): boolean {
  return zipEntries(content).some((name) => name === "doc.kml");
}

/** What tells the kinds of OLE documents apart. */
interface OleKind {
  /** Names of entries in the directory. */
  readonly entries?: readonly string[];
  /** Class ids of the root entry, as hexadecimal text they begin with. */
  readonly classIds?: readonly string[];
  /** What stands at the first sector. */
  readonly start?: RegExp;
}

const DIRECTORY_ENTRY = 128;

/** An OLE document of a certain kind, as far as its directory is within the content. */
export function isOle({ entries = [], classIds = [], start }: OleKind) {
  return (content: string): boolean => {
    if (content.length < 512) return false;
    const sector = content.startsWith("\x04\0", 26) ? 4096 : 512;
    const directory = content.slice(sector * (1 + uint32(content, 48)));
    const classId = Buffer.from(directory.slice(80, 96), "latin1").toString("hex");
    if (classIds.some((id) => classId.startsWith(id))) return true;
    if (oleNames(directory).some((name) => entries.includes(name))) return true;
    return start !== undefined && start.test(content.slice(512));
  };
}

function oleNames(directory: string): string[] {
  const names: string[] = [];
  for (
    let at = 0;
    at + DIRECTORY_ENTRY <= Math.min(directory.length, 4096);
    at += DIRECTORY_ENTRY
  ) {
    names.push(
      Buffer.from(directory.slice(at, at + 64), "latin1")
        .toString("utf16le")
        .split("\0")[0]!,
    );
  }
  return names;
}

/** The first half of the number of each Python 1.4–3.8 that wrote such files, by its second byte. */
const PYTHON_NUMBERS =
  /^(?:[\x89]\x2e|[\x04]\x17|[\x99]\x4e|[\xfc\xfd]\xc4|[\x87\x88]\xc6|[\x2a\x2b]\xeb|[\x2d\x2e]\xed|[\x3b\x3c\x45\x59\x63\x6d\x6e\x77\x81\x8b\x8c\x95\x9f\xa9\xb3\xb4\xc7\xd1\xd2\xdb\xe5\xef\xf9]\xf2|[\x03\x04\x0a]\xf3|[\xb8\xc2\xcc\xd6\xe0\xea\xf4\xf5\xff]\x0b|[\x09\x13\x1d\x1f\x27\x3b\x45\x4f\x58\x62\x6c\x76\x80\x8a\x94\x9e\xb2\xbc\xc6\xd0\xda\xe4\xee\xf8]\x0c|[\x02\x0c\x16\x17\x20\x21\x2a\x2b\x2c\x2d\x2f\x30\x31\x32\x33\x3e\x3f]\x0d)\r\n/;

/** Python bytecode: a known number, or a newer one with flags behind it. */
export function isPythonBytecode(content: string): boolean {
  if (content.length < 8) return false;
  return (
    PYTHON_NUMBERS.test(content) ||
    /^(?:[\x02\x03]\x09\x99\0|(?:.[\x0d\x0e]|\xf0\0|[\0\x50\x80\xa0]\x01)\r\n[\0-\x03]\0\0\0)/s.test(
      content,
    )
  );
}
