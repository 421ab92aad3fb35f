import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FileHandle, open } from "node:fs/promises";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { escapeKey, unescapeKey } from "../../src/files/storage/key-escape.ts";
import { LocalDriver } from "../../src/files/storage/local.ts";
import { storageDriverChecks } from "../../src/testing/index.ts";

const root = mkdtempSync(join(tmpdir(), "generatio-local-"));
let folder: string;
let driver: LocalDriver;
beforeEach(() => {
  folder = mkdtempSync(join(root, "storage-"));
  driver = new LocalDriver(folder);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("the local driver", () => {
  test.each(storageDriverChecks(() => driver))("$name", async (check) => {
    await expect(check.run()).resolves.toBeUndefined();
  });

  test("writes PocketBase's side-car", async () => {
    await driver.put("c/r/x.png", [Buffer.from("hello world")], {
      contentType: "image/png",
      metadata: { "original-filename": "cat.png" },
    });
    expect(readFileSync(join(folder, "c/r/x.png.attrs"), "utf8")).toBe(
      '{"user.cache_control":"","user.content_disposition":"","user.content_encoding":"","user.content_language":"",' +
        '"user.content_type":"image/png","user.metadata":{"original-filename":"cat.png"},"md5":"XrY7u+Ae7tCTyyK7j1rNww=="}\n',
    );
    await driver.put("c/r/x.txt", [], { contentType: "text/plain; charset=utf-8" });
    expect(readFileSync(join(folder, "c/r/x.txt.attrs"), "utf8")).toContain(
      '"user.metadata":null,"md5":"1B2M2Y8AsgTpgAmY7PhCfg=="}\n',
    );
    expect(readdirSync(join(folder, "c/r")).toSorted()).toEqual([
      "x.png",
      "x.png.attrs",
      "x.txt",
      "x.txt.attrs",
    ]);
  });

  test("reads files that PocketBase wrote, and such without a side-car", async () => {
    mkdirSync(join(folder, "c"));
    writeFileSync(join(folder, "c/a"), "1");
    writeFileSync(
      join(folder, "c/a.attrs"),
      '{"user.content_type":"text/csv","user.metadata":null,"md5":"xMpCOKC5I4INzFCab3WEmw=="}\n',
    );
    writeFileSync(join(folder, "c/b"), "2");
    expect(await driver.head("c/a")).toMatchObject({
      contentType: "text/csv",
      metadata: {},
      size: 1,
    });
    expect(await driver.head("c/b")).toMatchObject({
      contentType: "application/octet-stream",
      metadata: {},
    });
  });

  test("leaves side-cars and unfinished files out of lists", async () => {
    await driver.put("a", [Buffer.from("1")], { contentType: "text/plain" });
    writeFileSync(join(folder, "b.18c3f00dcafe.tmp"), "unfinished");
    const keys: string[] = [];
    for await (const { key } of driver.list("")) keys.push(key);
    expect(keys).toEqual(["a"]);
  });

  test("removes the folder of a prefix, and the side-car with its file", async () => {
    await driver.put("c/r/a", [Buffer.from("1")], { contentType: "text/plain" });
    await driver.put("c/r/thumbs_a/x", [Buffer.from("1")], { contentType: "text/plain" });
    await driver.delete("c/r/a");
    expect(readdirSync(join(folder, "c/r"))).toEqual(["thumbs_a"]);
    await driver.deletePrefix("c/r/");
    expect(readdirSync(join(folder, "c"))).toEqual([]);
  });

  test("makes its folder with the first file", async () => {
    const later = new LocalDriver(join(folder, "not/yet"));
    expect(existsSync(join(folder, "not"))).toBe(false);
    await later.put("a", [], { contentType: "x/y" });
    expect(existsSync(join(folder, "not/yet/a"))).toBe(true);
  });

  test.each(["", ".", "..", "a/.."])("refuses the key %j, which is no file inside", async (key) => {
    writeFileSync(join(root, "outside"), "secret");
    await expect(driver.head(key)).rejects.toThrow(`bad storage key ${key}`);
    await expect(driver.put(key, [], { contentType: "x/y" })).rejects.toThrow("bad storage key");
  });

  test("waits until file, side-car and new folders are on the disk", async () => {
    const handle = await open(root);
    const prototype = Object.getPrototypeOf(handle) as FileHandle;
    await handle.close();
    const syncs = vi.spyOn(prototype, "sync");
    await driver.put("c/r/a", [Buffer.from("1")], { contentType: "text/plain" });
    // The file, its side-car, and the folders r, c and the storage's own.
    expect(syncs).toHaveBeenCalledTimes(5);
    syncs.mockClear();
    await driver.put("c/r/b", [Buffer.from("1")], { contentType: "text/plain" });
    expect(syncs).toHaveBeenCalledTimes(3);
    syncs.mockRestore();
  });

  test("says where a file is, for another of the same bytes to be linked to", async () => {
    const options = { contentType: "image/png" };
    await driver.put("c/r/x.png", [Buffer.from("hello world")], options);
    const sameAs = await driver.onDisk("c/r/x.png");
    expect(sameAs).toEqual({ path: join(folder, "c/r/x.png"), md5: "XrY7u+Ae7tCTyyK7j1rNww==" });
    await driver.put("c/s/y.png", [Buffer.from("not read")], { ...options, sameAs });
    expect(statSync(join(folder, "c/s/y.png")).ino).toBe(statSync(join(folder, "c/r/x.png")).ino);
    await driver.delete("c/r/x.png");
    expect(readFileSync(join(folder, "c/s/y.png"), "utf8")).toBe("hello world");
    expect(await driver.onDisk("c/r/x.png")).toBeUndefined();
  });

  test("refuses names of side-cars", async () => {
    await expect(driver.put("a.attrs", [], { contentType: "x/y" })).rejects.toThrow("reserved");
  });
});

// PocketBase: tools/filesystem/internal/fileblob, escapeKey.
test.each([
  ["a/b", "a/b"],
  ["a/../b", "a/..__0x2f__b"],
  ["a//b", "a/__0x2f__b"],
  ["a/", "a__0x2f__"],
  ["a\nb\0", "a__0xa__b__0x0__"],
  ["ü", "ü"],
])("the key %j is the path %j", (key, path) => {
  expect(escapeKey(key)).toBe(path);
  expect(unescapeKey(path)).toBe(key);
});
