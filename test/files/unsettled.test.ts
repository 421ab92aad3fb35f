import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { App } from "../../src/app.ts";
import type { RecordModel } from "../../src/records/record.ts";
import { ValidationError } from "../../src/lib/errors.ts";
import { uploadFromBytes } from "../../src/lib/upload-source.ts";
import type { UploadedFile } from "../../src/lib/upload.ts";
import { startTestServer } from "../../src/testing/index.ts";
import { ask } from "../http/fixture.ts";
import { type FilesServer, gradient, startFilesServer } from "./fixture.ts";

const INTENTS_DIR = ".pb_files_unsettled";

let server: FilesServer;
let app: App;
let count = 0;
beforeAll(async () => {
  server = await startFilesServer();
  app = server.app;
  await server.collection({
    name: "docs",
    fields: [
      { name: "files", type: "file", maxSelect: 9 },
      { name: "cover", type: "file" },
      { name: "title", type: "text" },
    ],
    indexes: ["CREATE UNIQUE INDEX idx_docs_title ON docs (title) WHERE title != ''"],
  });
});
afterAll(() => server.close());

const upload = (name: string) => uploadFromBytes(name, Buffer.from(name));
const storage = () => join(server.dataDir, "storage", app.findCollection("docs").id);
/** The files on disk, without side-cars, each of which must have its file. */
function stored(record: RecordModel): string[] {
  const folder = join(storage(), record.id);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder);
  const files = names.filter((name) => !name.endsWith(".attrs"));
  expect(names.toSorted()).toEqual(files.flatMap((name) => [name, `${name}.attrs`]).toSorted());
  return files.toSorted();
}
const notes = () => {
  const folder = join(server.dataDir, INTENTS_DIR);
  return existsSync(folder) ? readdirSync(folder) : [];
};
async function make(values: Record<string, unknown>): Promise<RecordModel> {
  const record = app.newRecord("docs", values);
  await app.save(record);
  return record;
}
const named = (record: RecordModel) =>
  [...record.getStrings("files"), ...record.getStrings("cover")].filter(Boolean).toSorted();

beforeEach(() => {
  app.logger.warn = (message, data) => {
    throw new Error(`${message} ${JSON.stringify(data)}`);
  };
});

const REQUEST_HOOKS = ["onRecordCreateRequest", "onRecordUpdateRequest"] as const;
const STAGES = [
  "onRecordValidate",
  "onRecordCreate",
  "onRecordCreateExecute",
  "onRecordUpdate",
  "onRecordUpdateExecute",
  "onModelCreateExecute",
  "onModelUpdateExecute",
  "onRecordAfterCreateSuccess",
  "onRecordAfterUpdateSuccess",
  ...REQUEST_HOOKS,
] as const;

describe("when a save does not come to its end", () => {
  const moments = STAGES.flatMap((stage) =>
    (["before", "after"] as const).map((moment) => ({ stage, moment })),
  );
  test.each(moments)(
    "because a handler of $stage throws $moment the rest, the files are those of the row",
    async ({ stage, moment }) => {
      const first = await make({ cover: upload("cover.txt"), files: [upload("a.txt")] });
      const id = app[stage]().bindFunc(async (event: { next(): Promise<void> }) => {
        if (moment === "after") await event.next();
        throw new Error("thrown by a handler");
      });
      app.logger.error = () => undefined;
      const { url } = server;
      const form = () => {
        const parts = new FormData();
        parts.append("files", new Blob(["b"]), "b.txt");
        parts.append("cover", new Blob(["c"]), "c.txt");
        return parts;
      };
      const records = `${url}/api/collections/docs/records`;
      const before = readdirSync(storage());
      await fetch(`${records}/${first.id}`, { method: "PATCH", body: form() });
      await fetch(records, { method: "POST", body: form() });
      app[stage]().unbind(id);
      const after = await app.findRecordsByFilter("docs", "id != ''");
      for (const record of after) expect(stored(record)).toEqual(named(record));
      const ids = after.map((record) => record.id);
      const folders = readdirSync(storage());
      expect(folders.filter((folder) => !ids.includes(folder) && !before.includes(folder))).toEqual(
        [],
      );
      expect(notes()).toEqual([]);
    },
  );

  test("because another record has the id, that one keeps its files", async () => {
    const first = await make({ files: [upload("a.txt")] });
    const twin = app.newRecord("docs", { id: first.id, files: [upload("b.txt")] });
    await expect(app.saveNoValidate(twin)).rejects.toThrow("id");
    expect(stored(first)).toEqual(named(first));
  });

  test("because its transaction is rolled back, after it, and after a save that failed in it", async () => {
    const first = await make({ title: "rolled back", files: [upload("a.txt")] });
    const made: RecordModel[] = [];
    const run = (end: () => void) =>
      app.runInTransaction(async (tx) => {
        const record = tx.newRecord("docs", { files: [upload("b.txt")], cover: upload("c.txt") });
        made.push(record);
        await tx.save(record);
        const twin = tx.newRecord("docs", { title: "rolled back", files: [upload("d.txt")] });
        made.push(twin);
        await expect(tx.save(twin)).rejects.toThrow("title");
        const again = await tx.findRecordById("docs", first.id);
        again.set("files", [upload("e.txt")]);
        await tx.save(again);
        end();
      });
    await expect(
      run(() => {
        throw new Error("rolled back");
      }),
    ).rejects.toThrow("rolled back");
    expect(stored(first)).toEqual(named(first));
    expect(readdirSync(storage())).not.toContain(made[0]!.id);
    expect(readdirSync(storage())).not.toContain(made[1]!.id);
    await run(() => undefined);
    expect(stored(made[2]!)).toEqual(named(made[2]!));
    expect(readdirSync(storage())).not.toContain(made[3]!.id);
    const now = await app.findRecordById("docs", first.id);
    expect(stored(now)).toEqual(named(now));
    expect(notes()).toEqual([]);
  });

  test("because one request of a batch is refused, none of its files stays", async () => {
    app.settings.batch.enabled = true;
    const before = readdirSync(storage());
    const form = new FormData();
    const request = {
      method: "POST",
      url: "/api/collections/docs/records",
      body: { title: "one" },
    };
    form.append("@jsonPayload", JSON.stringify({ requests: [request, request] }));
    form.append("requests.0.files", new Blob(["a"]), "a.txt");
    form.append("requests.1.files", new Blob(["b"]), "b.txt");
    const answer = await fetch(`${server.url}/api/batch`, { method: "POST", body: form });
    expect(answer.status).toBe(400);
    expect(readdirSync(storage())).toEqual(before);
    expect(notes()).toEqual([]);
  });
});

describe("saves of one record at the same time", () => {
  test("leave the files of the row, whichever came last", async () => {
    const first = await make({ files: [upload("a.txt")], cover: upload("b.txt") });
    const copies = await Promise.all(
      Array.from({ length: 6 }, () => app.findRecordById("docs", first.id)),
    );
    await Promise.all(
      copies.map(async (copy, index) => {
        copy.set("files", [slow(`s${index}.txt`, index * 7), upload(`f${index}.txt`)]);
        if (index % 2 === 0) copy.set("cover", upload(`c${index}.txt`));
        await sleep(index * 5);
        // One that still names a file which another has replaced is refused.
        await app.save(copy).catch((error: unknown) => {
          if (!(error instanceof ValidationError)) throw error;
        });
      }),
    );
    const now = await app.findRecordById("docs", first.id);
    expect(stored(now)).toEqual(named(now));
    expect(stored(now)).toHaveLength(3);
    expect(notes()).toEqual([]);
  });

  test("and its delete leave nothing", async () => {
    const first = await make({ files: [upload("a.txt")] });
    const copy = await app.findRecordById("docs", first.id);
    copy.set("files", [slow("late.txt", 50)]);
    await Promise.all([
      app.save(copy).catch(() => undefined),
      sleep(20).then(() => app.delete(first)),
    ]);
    expect(existsSync(join(storage(), first.id))).toBe(false);
    expect(notes()).toEqual([]);
  });

  /** An upload whose content takes its time. */
  function slow(name: string, ms: number): UploadedFile {
    const file = upload(name);
    return {
      ...file,
      stream: () => ReadableStream.from(slowly(ms)) as ReadableStream<Uint8Array>,
    };
  }
  async function* slowly(ms: number): AsyncGenerator<Uint8Array> {
    await sleep(ms);
    yield new Uint8Array([1]);
  }
});

test("files are noted before they are stored and until they are settled", async () => {
  const seen: number[] = [];
  const { upload: original } = app.files;
  app.files.upload = async (...args) => {
    seen.push(notes().length);
    await original.apply(app.files, args);
    seen.push(notes().length);
  };
  await make({ files: [upload("a.txt")] });
  app.files.upload = original;
  expect([...seen, notes().length]).toEqual([1, 1, 0]);
});

test("a transaction that deletes much notes it once", async () => {
  const records = await Promise.all([1, 2, 3].map((n) => make({ files: [upload(`${n}.txt`)] })));
  const { write } = app.files.unsettled.log;
  let writes = 0;
  app.files.unsettled.log.write = (intents) => (
    writes++,
    write.call(app.files.unsettled.log, intents)
  );
  await app.runInTransaction(async (tx) => {
    for (const record of records) await tx.delete(record);
    expect(stored(records[0]!)).toHaveLength(1);
  });
  app.files.unsettled.log.write = write;
  expect([writes, notes()]).toEqual([1, []]);
  for (const record of records) expect(existsSync(join(storage(), record.id))).toBe(false);
});

describe("a collection that changes", () => {
  const FIELDS = [
    { id: "file111", name: "files", type: "file", maxSelect: 9, thumbs: ["10x0"] },
    { id: "file222", name: "cover", type: "file", maxSelect: 1 },
    { id: "text111", name: "title", type: "text" },
  ];
  const without = (...names: string[]) => FIELDS.filter(({ name }) => !names.includes(name));
  let collectionId: string;
  let records: string[];
  const change = (body: unknown) =>
    ask(server, `PATCH /api/collections/${collectionId}`, {
      headers: { authorization: server.superuser, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const folder = (id = "") => join(server.dataDir, "storage", collectionId, id);
  /** What lies in the collection's folder, by the names that were uploaded. */
  const left = () =>
    readdirSync(folder(), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith(".attrs"))
      .map(({ name }) => name.replace(/_\w{10}(?=\.)/, ""))
      .toSorted();

  beforeEach(async () => {
    const made = await server.collection({ name: `changing${++count}`, fields: FIELDS });
    collectionId = made.id;
    const png = await gradient(40, 20).png().toBuffer();
    records = [];
    for (const n of [1, 2]) {
      const { id, files } = await server.record(made.name, {
        files: [
          { name: `pic${n}.png`, content: png },
          { name: `note${n}.txt`, content: "b" },
        ],
        cover: [{ name: `cover${n}.txt`, content: "c" }],
      });
      records.push(id);
      const [name] = files as [string];
      await ask(server, `GET /api/files/${made.name}/${id}/${name}?thumb=10x0`);
    }
    await server.record(made.name, { title: "without files" });
  });

  test("leaves no file of a field that is gone, and all of the others", async () => {
    expect(left()).toEqual(
      ["cover1.txt", "cover2.txt", "note1.txt", "note2.txt", "pic1.png", "pic2.png"]
        .concat("10x0_pic1.png", "10x0_pic2.png")
        .toSorted(),
    );
    expect((await change({ fields: without("files") })).status).toBe(200);
    expect(left()).toEqual(["cover1.txt", "cover2.txt"]);
    expect(notes()).toEqual([]);
  });

  test("leaves nothing when the last of its file fields is gone", async () => {
    expect((await change({ fields: without("files", "cover") })).status).toBe(200);
    expect(records.filter((id) => existsSync(folder(id)))).toEqual([]);
    expect(notes()).toEqual([]);
  });

  test("keeps the files of a field that got another name", async () => {
    const renamed = FIELDS.map((field) =>
      field.name === "files" ? { ...field, name: "pictures" } : field,
    );
    const before = left();
    expect((await change({ fields: renamed })).status).toBe(200);
    expect(left()).toEqual(before);
  });

  test("loses the files of a field whose name another one takes over", async () => {
    const fields = [...without("files"), { id: "file333", name: "files", type: "file" }];
    expect((await change({ fields })).status).toBe(200);
    expect(left()).toEqual(["cover1.txt", "cover2.txt"]);
  });

  test("keeps everything when the change is refused or rolled back", async () => {
    const before = left();
    expect((await change({ fields: without("files"), listRule: "nope = 1" })).status).toBe(400);
    const changed = app.findCollection(collectionId).clone();
    changed.fields = changed.fields.filter(({ name }) => name !== "files");
    await expect(
      app.runInTransaction(async (tx) => {
        await tx.save(changed);
        throw new Error("not this one");
      }),
    ).rejects.toThrow("not this one");
    expect(left()).toEqual(before);
    expect(notes()).toEqual([]);
  });

  test("keeps nothing after it was truncated or deleted, and in one that was left to it", async () => {
    const send = (route: string) =>
      ask(server, route, { headers: { authorization: server.superuser } });
    mkdirSync(folder("leftbehind00000"));
    writeFileSync(join(folder("leftbehind00000"), "old.txt"), "of another program");
    expect((await send(`DELETE /api/collections/${collectionId}/truncate`)).status).toBe(204);
    expect(left()).toEqual(["old.txt"]);
    expect((await change({ fields: without("files", "cover") })).status).toBe(200);
    expect((await send(`DELETE /api/collections/${collectionId}`)).status).toBe(204);
    expect(existsSync(folder())).toBe(false);
    expect(notes()).toEqual([]);
  });
});

describe("what a run left that ended in the middle", () => {
  test("is settled at the next start, and nothing else is touched", async () => {
    const root = mkdtempSync(join(tmpdir(), "generatio-unsettled-"));
    const dataDir = join(root, "pb_data");
    const first = await startFilesServer({ dataDir });
    const { id } = await first.collection({
      name: "docs",
      fields: [{ name: "files", type: "file", maxSelect: 5 }],
    });
    const record = await first.record("docs", { files: [{ name: "kept.txt", content: "x" }] });
    const [kept] = record["files"] as [string];
    const put = (key: string) => first.app.files.put(key, Buffer.from("left"));
    await put(`${id}/${record.id}/left.txt`);
    await put(`${id}/${record.id}/thumbs_left.txt/100x100_left.txt`);
    await put(`${id}/${record.id}/unknown.txt`);
    await put(`${id}/neverthererecord/left.txt`);
    await put(`${id}/deletedrecord000/a.txt`);
    await put("pbc_gone/somerecord00000/a.txt");
    writeFileSync(join(dataDir, "storage", id, record.id, "half.txt.attrs"), "{}");
    await first.close();
    mkdirSync(join(dataDir, INTENTS_DIR), { recursive: true });
    const note = (name: string, intents: unknown) =>
      writeFileSync(
        join(dataDir, INTENTS_DIR, name),
        typeof intents === "string" ? intents : JSON.stringify(intents),
      );
    const names = [kept, "left.txt", "half.txt"];
    note(`${process.pid}-a.json`, [{ folder: `${id}/${record.id}/`, names }]);
    note("999999999-b.json", [{ folder: `${id}/neverthererecord/`, names: ["left.txt"] }]);
    note("999999999-c.json", [
      { folder: `${id}/deletedrecord000/`, names: [], isDelete: true },
      { folder: "pbc_gone/", names: [], isDelete: true },
    ]);
    note("999999999-d.json", '[{"folder":"');
    // Another process that runs may still be at it.
    note(`${process.ppid}-e.json`, [{ folder: `${id}/${record.id}/`, names: ["unknown.txt"] }]);

    const second = await startTestServer({ dataDir });
    expect(readdirSync(join(dataDir, "storage", id))).toEqual([record.id]);
    expect(readdirSync(join(dataDir, "storage", id, record.id)).toSorted()).toEqual(
      [kept, `${kept}.attrs`, "unknown.txt", "unknown.txt.attrs"].toSorted(),
    );
    expect(existsSync(join(dataDir, "storage", "pbc_gone"))).toBe(false);
    expect(readdirSync(join(dataDir, INTENTS_DIR))).toEqual([`${process.ppid}-e.json`]);
    await second.close();
    rmSync(root, { recursive: true, force: true });
  });
});
