import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Collection } from "../../src/collections/collection.ts";
import type { UploadedFile } from "../../src/lib/upload.ts";
import { fieldType } from "../../src/fields/index.ts";
import { ValidationError } from "../../src/lib/errors.ts";
import { uploadFromBytes } from "../../src/lib/upload-source.ts";
import { RecordModel } from "../../src/records/record.ts";
import { type Fixture, startApp } from "../collections/fixture.ts";
import { makeField, problemOf, REQUIRED, settingsProblemsOf, tooHigh, tooLow } from "./fixture.ts";

let fixture: Fixture;
let collection: Collection;

beforeAll(async () => {
  fixture = await startApp();
  collection = await fixture.create({
    name: "albums",
    type: "base",
    fields: [
      { name: "one", type: "file" },
      { name: "many", type: "file", maxSelect: 3 },
      { name: "title", type: "text" },
    ],
    indexes: ["CREATE UNIQUE INDEX idx_title ON albums (title) WHERE title != ''"],
  });
});

afterAll(() => fixture.close());

const upload = (name: string, content = "hello"): UploadedFile =>
  uploadFromBytes(name, Buffer.from(content, "latin1"));

/** The names of a record's stored files, sorted. */
function stored(record: RecordModel): string[] {
  try {
    const names = readdirSync(join(fixture.folder, "storage", collection.id, record.id));
    return names.filter((name) => !name.endsWith(".attrs")).toSorted();
  } catch {
    return [];
  }
}

async function make(values: Record<string, unknown>): Promise<RecordModel> {
  const record = fixture.app.newRecord(collection, values);
  await fixture.app.save(record);
  return record;
}

async function refusal(save: Promise<unknown>): Promise<unknown> {
  return save.then(
    () => undefined,
    (error: unknown) => (error instanceof ValidationError ? error.errors : String(error)),
  );
}

const unknown = (...invalidFiles: string[]) => ({
  code: "validation_invalid_file",
  message: `Invalid new files: [${invalidFiles.join(" ")}].`,
  params: { invalidFiles },
});

describe("the checks of files", () => {
  const context = () => ({ app: fixture.app, record: new RecordModel(collection) });
  const judge = (options: Record<string, unknown>, raw: unknown) =>
    problemOf(makeField("file", options), raw, context());

  // Answers of PocketBase 0.40.4.
  test("names that are not stored are refused", async () => {
    expect(await judge({}, "nope.txt")).toEqual(unknown("nope.txt"));
    expect(await judge({ maxSelect: 3 }, ["n1", "n2"])).toEqual(unknown("n1", "n2"));
    expect(await judge({}, "x".repeat(300))).toEqual(unknown("x".repeat(250)));
    expect(await judge({}, 5)).toEqual(unknown("5"));
    expect(await judge({ maxSelect: 2 }, { a: 1 })).toBeUndefined();
  });

  test("too many are refused, whatever they are", async () => {
    const files = ["a", "b", "c", "d"].map((name) => upload(name));
    expect(await judge({ maxSelect: 3 }, files)).toEqual({
      code: "validation_too_many_files",
      message: "The maximum allowed files is 3.",
      params: { maxSelect: 3 },
    });
    expect(await judge({}, files)).toBeUndefined();
  });

  test("large ones are refused by the name the client gave", async () => {
    expect(await judge({ maxSize: 5 }, upload("b c.txt", "12345"))).toBeUndefined();
    expect(await judge({ maxSize: 5 }, upload("b c.txt", "123456"))).toEqual({
      code: "validation_file_size_limit",
      message: "Failed to upload b c.txt - the maximum allowed file size is 5 bytes.",
      params: { file: "b c.txt", maxSize: 5 },
    });
    expect(await judge({}, upload("x", "x".repeat(5_242_880)))).toBeUndefined();
    expect(await judge({}, upload("x", "x".repeat(5_242_881)))).toMatchObject({
      code: "validation_file_size_limit",
    });
  });

  test("types are told by the content", async () => {
    const options = { mimeTypes: ["image/png", "Image/JPEG; q=1", "text/xml"] };
    expect(await judge(options, upload("x.txt", "\x89PNG\r\n\x1a\n"))).toBeUndefined();
    expect(await judge(options, upload("x", "\xff\xd8\xff"))).toBeUndefined();
    expect(await judge(options, upload("x", "<?xml version='1.0'?><a/>"))).toBeUndefined();
    const bad = upload("héllo.png", "hello");
    expect(await judge(options, bad)).toEqual({
      code: "validation_invalid_mime_type",
      message: `"${bad.name}" mime type must be one of: image/png, Image/JPEG; q=1, text/xml.`,
    });
  });

  test.each([
    ["", "validation_required"],
    ["a/b", "validation_match_invalid"],
    ["a\\b", "validation_match_invalid"],
    ["/a", "validation_match_invalid"],
    [".a", "validation_match_invalid"],
    ["x".repeat(151), "validation_length_out_of_range"],
  ])("code cannot give the name %j", async (name, code) => {
    const file = uploadFromBytes("x", Buffer.from("x"), { name });
    expect(await judge({}, file)).toMatchObject({ code });
  });

  test("one is needed when it is required", async () => {
    expect(await judge({ required: true }, "")).toEqual(REQUIRED);
    expect(await judge({ required: true, maxSelect: 2 }, [])).toEqual(REQUIRED);
    expect(await judge({ required: true }, upload("x"))).toBeUndefined();
  });
});

describe("the settings of a file field", () => {
  const listed = { code: "validation_not_in_invalid", message: "Must not be in list." };
  const format = { code: "validation_match_invalid", message: "Must be in a valid format." };

  test.each([
    [
      { maxSelect: -1, maxSize: -1 },
      { maxSelect: tooLow(0), maxSize: tooLow(0) },
    ],
    [
      { maxSelect: 2 ** 53, maxSize: 2 ** 53 },
      { maxSelect: tooHigh(9007199254740991), maxSize: tooHigh(9007199254740991) },
    ],
    [
      { thumbs: ["1x1", "0x0", "0x0b", "10x", "x10", "100x0f", "", "5x5z"] },
      { thumbs: { "1": listed, "2": listed, "3": format, "4": format, "7": format } },
    ],
    [{ thumbs: ["100x100", "0x50", "50x0t"], mimeTypes: ["anything"] }, {}],
  ])("case %#", async (options, problems) => {
    expect(await settingsProblemsOf(makeField("file", options))).toEqual(problems);
  });
});

describe("a value of files", () => {
  const field = makeField("file", { maxSelect: 9 });
  const type = fieldType(field);

  test("holds each name once, and of one only the last", () => {
    const file = upload("a.txt");
    expect(type.prepare(field, ["a", "b", "a", file, file, ""])).toEqual(["a", "b", file]);
    expect(type.prepare(makeField("file"), ["a", file])).toBe(file);
    expect(type.prepare(makeField("file"), ["a", "b"])).toBe("b");
    expect(type.prepare(field, [["a"], ["b", "c"], { a: 1 }, null])).toEqual(["a"]);
    expect(type.prepare(field, '["a","b"]')).toEqual(["a", "b"]);
  });

  test("is stored and sent as names, but for uploads that nobody has stored yet", () => {
    const file = upload("a.txt");
    expect(type.toDatabase?.(field, ["old", file])).toBe(JSON.stringify(["old", file.name]));
    // As PocketBase shows it when a handler keeps a save from happening.
    const shown = { name: file.name, originalName: "a.txt", size: file.size };
    expect(type.toJson?.(field, ["old", file])).toEqual(["old", shown]);
    expect(type.toJson?.(makeField("file"), file)).toEqual(shown);
    expect(type.toJson?.(makeField("file"), "old")).toBe("old");
    expect(type.toDatabase?.(makeField("file"), file)).toBe(file.name);
  });

  test("gives the bytes that a request may need", () => {
    const bytes = (options: Record<string, unknown>) => {
      const limited = makeField("file", options);
      return fieldType(limited).maxBodySize?.(limited);
    };
    expect(bytes({})).toBe(5_242_880);
    expect(bytes({ maxSize: 10, maxSelect: 3 })).toBe(30);
  });

  test("is changed by an upload of the same name", () => {
    const file = upload("a.txt");
    expect(type.equals?.([file.name], [file])).toBe(false);
    expect(type.equals?.([file], [file])).toBe(true);
    expect(type.equals?.("a", "a")).toBe(true);
  });
});

describe("saving files", () => {
  test("stores them under the record and keeps their names", async () => {
    const [one, first, second] = [upload("o.txt"), upload("a.txt"), upload("b.txt")];
    const record = fixture.app.newRecord(collection, { one, many: [first, second] });
    expect(record.get("many:unsaved")).toEqual([first, second]);
    await fixture.app.save(record);
    expect(record.get("one")).toBe(one.name);
    expect(record.get("many")).toEqual([first.name, second.name]);
    expect(record.get("many:unsaved")).toEqual([]);
    expect(stored(record)).toEqual([one.name, first.name, second.name].toSorted());
  });

  test("appends, prepends and removes by modifiers, and deletes what is gone", async () => {
    const [a, b, c] = [upload("a.txt"), upload("b.txt"), upload("c.txt")];
    const record = await make({ many: [a] });
    record.set("many+", b);
    record.set("+many", [c]);
    await fixture.app.save(record);
    expect(record.get("many")).toEqual([c.name, a.name, b.name]);
    record.set("many-", [a.name, "other"]);
    await fixture.app.save(record);
    expect(record.get("many")).toEqual([c.name, b.name]);
    expect(stored(record)).toEqual([b.name, c.name].toSorted());
    record.set("many", null);
    await fixture.app.save(record);
    expect(stored(record)).toEqual([]);
  });

  test("replaces a single file", async () => {
    const [a, b] = [upload("a.txt"), upload("b.txt")];
    const record = await make({ one: a });
    record.set("one", b);
    await fixture.app.save(record);
    expect(stored(record)).toEqual([b.name]);
  });

  test("refuses the name of a file that an earlier save deleted", async () => {
    const a = upload("a.txt");
    const record = await make({ one: a });
    record.set("one", "");
    await fixture.app.save(record);
    record.set("one", a.name);
    expect(await refusal(fixture.app.save(record))).toEqual({ one: unknown(a.name) });
  });

  test("leaves nothing behind when the record is refused or cannot be written", async () => {
    const invalid = fixture.app.newRecord(collection, { one: upload("a.txt"), many: ["nope"] });
    expect(await refusal(fixture.app.save(invalid))).toEqual({ many: unknown("nope") });
    await make({ title: "taken" });
    const duplicate = fixture.app.newRecord(collection, {
      title: "taken",
      one: upload("a.txt"),
      many: [upload("b.txt")],
    });
    expect(await refusal(fixture.app.save(duplicate))).toMatchObject({
      title: { code: "validation_not_unique" },
    });
    expect(duplicate.id).toMatch(/^[a-z0-9]{15}$/);
    expect(stored(duplicate)).toEqual([]);
  });

  test("keeps the old files when an update fails", async () => {
    await make({ title: "first" });
    const a = upload("a.txt");
    const record = await make({ one: a, title: "second" });
    record.set("one", upload("b.txt"));
    record.set("title", "first");
    expect(await refusal(fixture.app.save(record))).toMatchObject({
      title: { code: "validation_not_unique" },
    });
    expect(stored(record)).toEqual([a.name]);
    record.set("title", "third");
    await fixture.app.save(record);
    expect(stored(record)).toHaveLength(1);
    expect(stored(record)[0]).toMatch(/^b[a-z0-9]{10}_[a-z0-9]{10}\.txt$/);
  });

  test("gives up all when one cannot be stored", async () => {
    const bad: UploadedFile = {
      ...upload("b.txt"),
      name: "bad.txt",
      stream() {
        throw new Error("the disk is full");
      },
    };
    const record = fixture.app.newRecord(collection, { many: [upload("a.txt"), bad] });
    expect(await refusal(fixture.app.save(record))).toContain('failed to upload "bad.txt"');
    expect(stored(record)).toEqual([]);
  });

  test("waits for the end of a transaction", async () => {
    const [a, b] = [upload("a.txt"), upload("b.txt")];
    const record = await make({ one: a });
    const failed = fixture.app.runInTransaction(async (tx) => {
      const inside = await tx.findRecordById(collection, record.id);
      inside.set("one", b);
      await tx.save(inside);
      expect(stored(record)).toEqual([a.name, b.name].toSorted());
      throw new Error("changed my mind");
    });
    await expect(failed).rejects.toThrow("changed my mind");
    expect(stored(record)).toEqual([a.name]);
    await fixture.app.runInTransaction(async (tx) => {
      const inside = await tx.findRecordById(collection, record.id);
      inside.set("one", b);
      await tx.save(inside);
    });
    expect(stored(record)).toEqual([b.name]);
  });

  test("takes back the files of a record whose creation was rolled back", async () => {
    let made: RecordModel | undefined;
    const failed = fixture.app.runInTransaction(async (tx) => {
      made = tx.newRecord(collection, { one: upload("a.txt"), many: [upload("b.txt")] });
      await tx.save(made);
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    expect(stored(made!)).toEqual([]);
  });

  test("touches nothing when the files did not change", async () => {
    const a = upload("a.txt");
    const record = await make({ one: a });
    record.set("title", "renamed");
    await fixture.app.save(record);
    expect(stored(record)).toEqual([a.name]);
  });
});
