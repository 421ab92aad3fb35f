import { availableParallelism } from "node:os";
import { hash, verify } from "@node-rs/bcrypt";
import { tooManyRequests } from "./errors.ts";

/** Bytes of UTF-8 that bcrypt takes in; Go's refuses longer ones instead of cutting them. */
export const MAX_PASSWORD_BYTES = 72;

/** bcrypt's cost when a field sets none: each step doubles the time. */
export const DEFAULT_COST = 10;
export const MIN_COST = 4;
export const MAX_COST = 31;

/**
 * Hashes a password with bcrypt, off the event loop.
 *
 * @returns a modular crypt text with PocketBase's prefix `$2a$`
 * @throws RangeError above 72 bytes
 */
export function hashPassword(plain: string, cost = DEFAULT_COST): Promise<string> {
  if (!fitsBcrypt(plain))
    return Promise.reject(new RangeError(`password exceeds ${MAX_PASSWORD_BYTES} bytes`));
  return queued(async () => hash(plain, { cost, version: "2a" }));
}

/** False, never an error, for an empty or broken hash. */
export async function verifyPassword(plain: string, hashed: string): Promise<boolean> {
  if (hashed === "" || !fitsBcrypt(plain)) return false;
  return queued(async () => {
    try {
      return await verify(plain, hashed);
    } catch {
      return false;
    }
  });
}

export function fitsBcrypt(plain: string): boolean {
  return Buffer.byteLength(plain) <= MAX_PASSWORD_BYTES;
}

/** One core stays free for everything else. */
const MAX_RUNNING = Math.max(1, availableParallelism() - 1);

/** More than this many waiting means that nobody at the end of the queue would still be there. */
const MAX_WAITING = 1000;

let running = 0;
const waiting: (() => void)[] = [];

async function queued<T>(job: () => Promise<T>): Promise<T> {
  if (running >= MAX_RUNNING) {
    if (waiting.length >= MAX_WAITING) throw tooManyRequests();
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else {
    running++;
  }
  try {
    return await job();
  } finally {
    // The place goes to the next one directly, so that nobody can slip in between.
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}
