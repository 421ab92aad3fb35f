import { customAlphabet } from "nanoid";

const LOWER_ALPHANUMERIC = "abcdefghijklmnopqrstuvwxyz0123456789";
const ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** A new record id: 15 cryptographically random characters of `a-z0-9`. */
export const newRecordId = customAlphabet(LOWER_ALPHANUMERIC, 15);

/**
 * As a record id to look at, but later ones sort behind earlier ones: rows that are only ever added, and by the
 * thousand, then touch one edge of their index instead of all of it. The time can be read from it.
 */
export function newOrderedId(): string {
  return Date.now().toString(36).padStart(TIME_LENGTH, "0") + orderedSuffix();
}

/** Milliseconds to base 36: enough until the year 5188. */
const TIME_LENGTH = 9;
const orderedSuffix = customAlphabet(LOWER_ALPHANUMERIC, 15 - TIME_LENGTH);

const alphanumeric = customAlphabet(ALPHANUMERIC);
const lowerAlphanumeric = customAlphabet(LOWER_ALPHANUMERIC);

/** `length` cryptographically random characters of `A-Za-z0-9` (secrets, token keys, temporary names). */
export function randomText(length: number): string {
  return alphanumeric(length);
}

/** `length` cryptographically random characters of `a-z0-9` (file name suffixes). */
export function randomLowerText(length: number): string {
  return lowerAlphanumeric(length);
}

/** IEEE CRC-32 of the UTF-8 bytes as unsigned decimal text: PocketBase's deterministic collection and field ids. */
export function checksum(text: string): string {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text, "utf8")) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ byte) & 0xff]!;
  return String((crc ^ 0xffffffff) >>> 0);
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});
