import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/*
 * Time-based one-time codes (RFC 6238) with what every authenticator app understands: SHA-1, six digits, thirty
 * seconds.
 */

const STEP_SECONDS = 30;
const DIGITS = 6;
/** As long as the hash, as RFC 4226 recommends. */
const SECRET_BYTES = 20;

/** A new secret in base32. */
export function newTotpSecret(): string {
  return toBase32(randomBytes(SECRET_BYTES));
}

/** The code of one step (RFC 4226). @param secret base32 */
export function codeOf(secret: string, step: number, digits = DIGITS): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac("sha1", fromBase32(secret)).update(counter).digest();
  const offset = hash.at(-1)! & 0xf;
  const number = hash.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, "0");
}

/** The step of an instant. @param time unix milliseconds */
export function stepOf(time: number): number {
  return Math.floor(time / 1000 / STEP_SECONDS);
}

/**
 * The step a code is of: the present one or, for clocks that are not quite right, one beside it.
 *
 * @param code as typed; blanks are left out
 */
export function findStep(secret: string, code: string, time: number): number | undefined {
  const typed = Buffer.from(code.replaceAll(/\s/g, ""));
  const present = stepOf(time);
  return [present, present - 1, present + 1].find((step) => {
    const right = Buffer.from(codeOf(secret, step));
    return right.length === typed.length && timingSafeEqual(right, typed);
  });
}

/** What an authenticator app reads from a QR code. */
export function otpauthUrl(secret: string, names: { issuer: string; account: string }): string {
  const [issuer, account] = [names.issuer, names.account].map((name) =>
    encodeURIComponent(name.replaceAll(":", " ")),
  );
  return `otpauth://totp/${issuer}:${account}?secret=${secret}&issuer=${issuer}&algorithm=SHA1&digits=${DIGITS}&period=${STEP_SECONDS}`;
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** RFC 4648 without padding. */
function toBase32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{1,5}/g) ?? [])
    .map((group) => BASE32[parseInt(group.padEnd(5, "0"), 2)])
    .join("");
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((char) => BASE32.indexOf(char).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}
