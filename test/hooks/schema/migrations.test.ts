import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { App, type Collection, createApp, newCollection } from "generatio";
import { startTestServer } from "generatio/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CollectionDefinition, collections } from "../../../schema/collections.ts";

const migrationsDir = fileURLToPath(new URL("../../../schema/migrations", import.meta.url));

interface Migration {
  up(app: App): Promise<void>;
  down(app: App): Promise<void>;
}

/** In the order of their files. */
const MIGRATIONS: Migration[] = await Promise.all(
  readdirSync(migrationsDir)
    .toSorted()
    .map((file) => import(join(migrationsDir, file)) as Promise<Migration>),
);

let folder: string;
let app: App;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "generatio-schema-"));
  app = new App({ dataDir: folder });
  await app.bootstrap();
});
afterEach(async () => {
  await app.terminate();
  rmSync(folder, { recursive: true });
});

/** What of a collection the definitions speak about, with ids replaced by names. */
function described(collection: Collection, definition: CollectionDefinition): unknown {
  const fields = definition.fields.map((wanted) => {
    const field = { ...collection.findField(wanted.name) } as Record<string, unknown>;
    if (wanted.to) field["to"] = app.collections.find(String(field["collectionId"]))?.name;
    return Object.fromEntries(Object.keys(wanted).map((key) => [key, field[key]]));
  });
  const { name, type, listRule, viewRule, createRule, updateRule, deleteRule } = collection;
  const indexes = collection.indexes.filter((index) => !/tokenKey|email/.test(index));
  return { name, type, listRule, viewRule, createRule, updateRule, deleteRule, fields, indexes };
}

function wanted(definition: CollectionDefinition): unknown {
  const {
    listRule = null,
    viewRule = null,
    createRule = null,
    updateRule = null,
    deleteRule = null,
  } = definition;
  return {
    ...definition,
    listRule,
    viewRule,
    createRule,
    updateRule,
    deleteRule,
    indexes: definition.indexes ?? [],
  };
}

const migrate = () =>
  app.runInTransaction(async (tx) => {
    for (const { up } of MIGRATIONS) await up(tx);
  });

const takeBack = () =>
  app.runInTransaction(async (tx) => {
    for (const { down } of MIGRATIONS.toReversed()) await down(tx);
  });

describe("the migrations", () => {
  it("lead to the collections in schema/collections.ts", async () => {
    await migrate();
    for (const definition of collections) {
      expect(described(app.findCollection(definition.name), definition)).toEqual(
        wanted(definition),
      );
    }
  });

  it("leave nothing behind when they are taken back", async () => {
    const before = app.collections.all().map(({ name }) => name);
    await migrate();
    await takeBack();
    expect(app.collections.all().map(({ name }) => name)).toEqual(before);
  });

  it("adopt a collection that was made by hand: only missing fields are added", async () => {
    const own = newCollection("base", "folders");
    own.listRule = "name != 'secret'";
    own.fields.push({
      ...own.fields[0]!,
      id: "text_own",
      name: "colour",
      primaryKey: false,
      autogeneratePattern: "",
      pattern: "",
      min: 0,
      required: false,
      system: false,
    });
    own.fields.push({ ...own.fields.at(-1)!, id: "text_name", name: "name", max: 40 });
    await app.save(own);
    await app.save(app.newRecord("folders", { colour: "red", name: "Mine" }));
    await migrate();
    const adopted = app.findCollection("folders");
    expect(adopted.id).toBe(own.id);
    expect(adopted.listRule).toBe("name != 'secret'");
    expect(adopted.findField("name")?.["max"]).toBe(40);
    expect(adopted.fields.map((field) => field.name)).toEqual(
      expect.arrayContaining(["colour", "parent_id", "name_key", "deleted_at"]),
    );
    expect(app.findCollection("images").findField("folder_id")?.["collectionId"]).toBe(own.id);
    const [record] = await app.findRecordsByFilter("folders", "");
    expect([record?.getString("colour"), record?.getString("name")]).toEqual(["red", "Mine"]);
  });

  it("refuse a collection of another type with a sentence, and change nothing", async () => {
    await app.save(newCollection("base", "generatio_users"));
    await expect(migrate()).rejects.toThrow("generatio_users exists and is not of type auth");
    expect(app.collections.find("images")).toBeUndefined();
  });
});

describe("a server", () => {
  it("without the migrations has none of the collections", async () => {
    const server = await startTestServer();
    expect(server.app.collections.find("generatio_users")).toBeUndefined();
    await server.close();
  });

  it("applies them once", async () => {
    const dataDir = join(folder, "pb_data");
    const applied: (readonly string[])[] = [];
    for (let start = 0; start < 2; start++) {
      const server = createApp({ dataDir, migrationsDir });
      applied.push((await server.start()).migrations);
      await server.stop();
    }
    expect(applied).toEqual([readdirSync(migrationsDir).toSorted(), []]);
    expect(applied[0]).toHaveLength(MIGRATIONS.length);
  });
});
