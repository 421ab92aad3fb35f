import assert from "node:assert/strict";
import { Readable } from "node:stream";
import type { StorageDriver } from "../files/storage/driver.ts";
import { NotFoundError } from "../lib/errors.ts";

/** One thing that every storage driver must do. */
export interface StorageDriverCheck {
  readonly name: string;
  /** @throws AssertionError */
  run(): Promise<void>;
}

const PNG = { contentType: "image/png", metadata: { "original-filename": "ü.png" } };

type Behaviour = (driver: StorageDriver) => Promise<void>;

const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  async "gives back what was stored, with its type and metadata"(driver) {
    const before = Date.now();
    await driver.put("c/r/a.png", [Buffer.from("hello "), Buffer.from("world")], PNG);
    assert.equal(await readText(driver, "c/r/a.png"), "hello world");
    const file = await driver.head("c/r/a.png");
    assert.ok(file);
    const { key, size, contentType, metadata } = file;
    assert.deepEqual({ key, size, contentType, metadata }, { key: "c/r/a.png", size: 11, ...PNG });
    assert.ok(Math.abs(file.modified - before) < 60_000, "modified is about now, in milliseconds");
  },

  async "reads parts"(driver) {
    await driver.put("a", [Buffer.from("0123456789")], PNG);
    for (const [start, end, text] of [
      [0, 4, "0123"],
      [4, 10, "456789"],
      [9, 10, "9"],
      [3, 3, ""],
    ] as const) {
      assert.equal(await readText(driver, "a", start, end), text);
    }
  },

  async "takes large files in pieces, and empty ones"(driver) {
    const pieces = Array.from({ length: 40 }, (_, index) => Buffer.alloc(64 << 10, index));
    await driver.put("large", Readable.from(pieces), PNG);
    const whole = await readBytes(driver, "large", 0, 40 * (64 << 10));
    assert.ok(whole.equals(Buffer.concat(pieces)));
    await driver.put("empty", [], PNG);
    assert.equal((await driver.head("empty"))?.size, 0);
  },

  async "replaces a file"(driver) {
    await driver.put("a", [Buffer.from("first, and longer")], PNG);
    await driver.put("a", [Buffer.from("second")], { contentType: "text/plain" });
    assert.equal(await readText(driver, "a"), "second");
    const file = await driver.head("a");
    assert.deepEqual([file?.contentType, file?.metadata], ["text/plain", {}]);
  },

  async "keeps nothing of a source that fails, and leaves what was there"(driver) {
    await driver.put("kept", [Buffer.from("old")], PNG);
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from("half");
      throw new Error("source failed");
    };
    for (const key of ["kept", "never"]) {
      await assert.rejects(driver.put(key, failing(), PNG), /source failed/);
    }
    assert.equal(await readText(driver, "kept"), "old");
    assert.deepEqual(await keysOf(driver, ""), ["kept"]);
  },

  async "says that a file is missing"(driver) {
    await driver.put("folder/file", [Buffer.from("x")], PNG);
    for (const key of ["missing", "folder", "folder/file/below"]) {
      assert.equal(await driver.head(key), undefined);
      await assert.rejects(readBytes(driver, key, 0, 1), NotFoundError);
    }
    await assert.rejects(driver.copy("missing", "copy"), NotFoundError);
  },

  async "lists by prefix, in the order of keys"(driver) {
    for (const key of ["b/2", "a/1/x", "a/1/y", "a/10", "ab"])
      await driver.put(key, [Buffer.from(key)], PNG);
    assert.deepEqual(await keysOf(driver, ""), ["a/1/x", "a/1/y", "a/10", "ab", "b/2"]);
    assert.deepEqual(await keysOf(driver, "a/1"), ["a/1/x", "a/1/y", "a/10"]);
    assert.deepEqual(await keysOf(driver, "a/1/"), ["a/1/x", "a/1/y"]);
    assert.deepEqual(await keysOf(driver, "nothing/"), []);
    for await (const file of driver.list("b/")) assert.equal(file.size, 3);
  },

  async "deletes a file, and takes one that is gone for deleted"(driver) {
    await driver.put("a/x", [Buffer.from("x")], PNG);
    await driver.put("a/xy", [Buffer.from("x")], PNG);
    await driver.delete("a/x");
    await driver.delete("a/x");
    await driver.delete("never/was");
    assert.deepEqual(await keysOf(driver, ""), ["a/xy"]);
  },

  async "deletes by prefix"(driver) {
    for (const key of ["a/1/x", "a/1/y/z", "a/10", "a/2", "b"])
      await driver.put(key, [Buffer.from("x")], PNG);
    await driver.deletePrefix("a/1/");
    assert.deepEqual(await keysOf(driver, ""), ["a/10", "a/2", "b"]);
    await driver.deletePrefix("a/1");
    assert.deepEqual(await keysOf(driver, ""), ["a/2", "b"]);
    await driver.deletePrefix("nothing/");
    await assert.rejects(driver.deletePrefix(""));
    assert.deepEqual(await keysOf(driver, ""), ["a/2", "b"]);
  },

  async "copies with type and metadata"(driver) {
    await driver.put("a", [Buffer.from("content")], PNG);
    await driver.copy("a", "b/c");
    await driver.delete("a");
    assert.equal(await readText(driver, "b/c"), "content");
    const file = await driver.head("b/c");
    assert.deepEqual([file?.contentType, file?.metadata], [PNG.contentType, PNG.metadata]);
  },

  async "takes any characters in keys"(driver) {
    const keys = [
      "ü/€ 😀.png",
      "a/../b",
      "../up",
      "a//b",
      "line\nbreak",
      "percent%20",
      "q?#&",
      "tail/",
    ];
    for (const key of keys) await driver.put(key, [Buffer.from(key)], PNG);
    for (const key of keys) assert.equal(await readText(driver, key), key);
    assert.deepEqual(await keysOf(driver, ""), keys.toSorted());
  },
};

/**
 * What every storage driver must do, for any test runner: `for (const check of storageDriverChecks(make))
 * test(check.name, check.run)`.
 *
 * @param create makes a driver on an empty storage; called once per check
 */
export function storageDriverChecks(
  create: () => StorageDriver | Promise<StorageDriver>,
): StorageDriverCheck[] {
  return Object.entries(BEHAVIOURS).map(([name, behave]) => ({
    name,
    run: async () => behave(await create()),
  }));
}

async function readBytes(
  driver: StorageDriver,
  key: string,
  start: number,
  end: number,
): Promise<Buffer> {
  const content = await driver.read(key, start, end);
  return content instanceof Uint8Array
    ? Buffer.from(content)
    : Buffer.concat(await content.toArray());
}

async function readText(
  driver: StorageDriver,
  key: string,
  start = 0,
  end?: number,
): Promise<string> {
  const size = end ?? (await driver.head(key))?.size ?? 0;
  return (await readBytes(driver, key, start, size)).toString();
}

async function keysOf(driver: StorageDriver, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of driver.list(prefix)) keys.push(key);
  return keys;
}
