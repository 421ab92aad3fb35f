import { appendFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { FileStorage } from "../../src/files/file-storage.ts";
import { type CachedFile, FileCache } from "../../src/files/storage/file-cache.ts";
import { LocalDriver } from "../../src/files/storage/local.ts";

const KIB = 1024;

function fileOf(length: number): CachedFile {
  const bytes = new Uint8Array(length);
  return { size: length, modified: 0, contentType: "", metadata: {}, inode: 0, bytes, checked: 0 };
}

describe("a cache of files", () => {
  test("forgets those that were not used for the longest time", () => {
    const cache = new FileCache(5 * KIB);
    for (const name of ["a", "b", "c"]) cache.set(name, fileOf(KIB));
    cache.get("a");
    cache.set("d", fileOf(KIB));
    expect(["a", "b", "c", "d"].filter((name) => cache.get(name))).toEqual(["a", "c", "d"]);
  });

  test("counts a file that is set again once", () => {
    const cache = new FileCache(4 * KIB);
    for (let time = 0; time < 10; time++) cache.set("a", fileOf(KIB));
    cache.set("b", fileOf(KIB));
    expect([cache.get("a"), cache.get("b")].every(Boolean)).toBe(true);
  });

  test("counts the content that a file has got since as soon as it is set again", () => {
    const cache = new FileCache(5 * KIB);
    const file = { ...fileOf(0), bytes: undefined };
    cache.set("a", file);
    (file as CachedFile).bytes = new Uint8Array(4 * KIB);
    cache.set("a", file);
    cache.set("b", fileOf(KIB));
    expect([cache.get("a"), cache.get("b")].map(Boolean)).toEqual([false, true]);
  });

  test("tells by its generation that something was removed", () => {
    const cache = new FileCache(4 * KIB);
    const before = cache.generation;
    cache.set("x/a", fileOf(1));
    expect(cache.generation).toBe(before);
    cache.delete("never");
    cache.deletePrefix("x/");
    expect(cache.generation).toBe(before + 2);
    expect(cache.get("x/a")).toBeUndefined();
  });
});

describe("the local driver's memory", () => {
  const root = mkdtempSync(join(tmpdir(), "generatio-cache-"));
  const driver = new LocalDriver(root, { trustMs: 100 });
  const text = async (key: string) => {
    const content = await driver.read(key, 0, 100);
    return Buffer.from(content as Uint8Array).toString();
  };
  const put = (key: string, content: string) =>
    driver.put(key, [Buffer.from(content)], { contentType: "text/plain" });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test("is right at once about what the driver itself has changed", async () => {
    await put("c/a", "one");
    expect(await text("c/a")).toBe("one");
    await put("c/a", "two");
    expect(await text("c/a")).toBe("two");
    await driver.delete("c/a");
    expect(await driver.head("c/a")).toBeUndefined();
    await put("c/a", "three");
    await text("c/a");
    await driver.deletePrefix("c/");
    expect(await driver.head("c/a")).toBeUndefined();
    await put("c/a", "four");
    await text("c/a");
    await driver.deletePrefix("c/");
    await put("c/a", "five");
    expect(await text("c/a")).toBe("five");
  });

  test("sees before long what others have changed", async () => {
    await put("c/b", "one");
    expect(await text("c/b")).toBe("one");
    const path = join(root, "c/b");
    appendFileSync(path, " more");
    await wait(110);
    expect(await text("c/b")).toBe("one more");
    writeFileSync(path, "same len");
    utimesSync(path, 1_700_000_000, 1_700_000_000);
    await wait(110);
    expect([await text("c/b"), (await driver.head("c/b"))?.modified]).toEqual([
      "same len",
      1_700_000_000_000,
    ]);
    rmSync(path);
    await wait(110);
    expect(await driver.head("c/b")).toBeUndefined();
  });

  test("does not give its own bytes to those who may change them", async () => {
    const storage = new FileStorage(root);
    await storage.put("a", Buffer.from("abc"));
    (await storage.bytes("a")).fill(0);
    expect(Buffer.from(await storage.bytes("a")).toString()).toBe("abc");
  });
});
