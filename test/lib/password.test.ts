import { describe, expect, test } from "vitest";
import { fitsBcrypt, hashPassword, verifyPassword } from "../../src/lib/password.ts";

/** Hashes that PocketBase 0.40.4 made, with their passwords. */
const HASHES: readonly (readonly [plain: string, hash: string])[] = [
  ["abcd", "$2a$04$J3oBKQkdAYAGtBEWVoryMeQxetJWXNffF4P4jw1ADNL4oT4Yrfu4e"],
  ["a", "$2a$04$KDplETfIjZoQ0g27/rqr.OK0c6Seg33NSqNI7Os2gBPNlBTSSGV8m"],
  ["a".repeat(71), "$2a$04$jxCp4ftNne933bY23mUb5u4ZL8ENYI3mykXoFliBRoiaRBzO1khpG"],
  ["é".repeat(36), "$2a$04$sS7AIXH8.i5g99gDmm0w7eW73EtXlaGOw6k66M0J9t6498mYmBTUW"],
  ["a\0b", "$2a$04$79HHenAwB7RUHu.GOWs1C.n2kMny06PM3KmkjT4n2cNnLiwhoK.ky"],
  ["$2a$10$abc", "$2a$04$QdmGmM.Ro3J0xbvZn.vsr.an9ekX9v1kw8CUu6TChNeOmL/CoosYi"],
];

describe("verifyPassword", () => {
  test.each(HASHES)("accepts %j against PocketBase's hash", async (plain, hash) => {
    expect(await verifyPassword(plain, hash)).toBe(true);
    expect(await verifyPassword(`${plain}x`.slice(0, 70), hash)).toBe(false);
    expect(await verifyPassword("", hash)).toBe(false);
  });

  test.each(["", "*", "abcd", "$2a$", "$2a$04$short", "$1$abc"])(
    "refuses everything against the hash %j",
    async (hash) => {
      expect(await verifyPassword("abcd", hash)).toBe(false);
      expect(await verifyPassword("", hash)).toBe(false);
    },
  );

  test("does not cut long passwords down to one that fits", async () => {
    const hash = await hashPassword("a".repeat(72), 4);
    expect(await verifyPassword("a".repeat(72), hash)).toBe(true);
    expect(await verifyPassword("a".repeat(73), hash)).toBe(false);
  });
});

describe("hashPassword", () => {
  test("makes hashes with PocketBase's prefix and the asked cost", async () => {
    expect(await hashPassword("abcd", 4)).toMatch(/^\$2a\$04\$[./A-Za-z0-9]{53}$/);
    expect(await hashPassword("abcd", 5)).toMatch(/^\$2a\$05\$/);
    expect(await hashPassword("abcd")).toMatch(/^\$2a\$10\$/);
  });

  test("salts", async () =>
    expect(await hashPassword("abcd", 4)).not.toBe(await hashPassword("abcd", 4)));

  test("refuses more than 72 bytes", async () => {
    expect(fitsBcrypt("é".repeat(36))).toBe(true);
    expect(fitsBcrypt("é".repeat(37))).toBe(false);
    await expect(hashPassword("é".repeat(37), 4)).rejects.toThrow(RangeError);
  });

  test("works through many at a time and leaves the event loop free", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const hashes = await Promise.all(
      Array.from({ length: 40 }, (_, index) => hashPassword(`password ${index}`, 6)),
    );
    clearInterval(timer);
    expect(new Set(hashes).size).toBe(40);
    expect(ticks).toBeGreaterThan(3);
  });

  test("goes on after a failure in the queue", async () => {
    const results = await Promise.allSettled([
      hashPassword("x", 99),
      hashPassword("x", 4),
      hashPassword("x", 4),
    ]);
    expect(results.map((result) => result.status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
  });

  test("turns away who would wait too long", async () => {
    const hashes = Array.from({ length: 1100 }, () => hashPassword("x", 4));
    const results = await Promise.allSettled(hashes);
    const refused = results.filter((result) => result.status === "rejected");
    expect(refused.length).toBeGreaterThan(50);
    for (const result of refused) expect(result.reason).toMatchObject({ status: 429 });
    expect(await verifyPassword("x", await hashPassword("x", 4))).toBe(true);
  });
});
