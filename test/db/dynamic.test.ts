import { expect, test } from "vitest";
import {
  deleteRow,
  deleteRows,
  insertRow,
  selectById,
  selectByIds,
  updateRow,
} from "../../src/db/dynamic.ts";
import { compileCount, query } from "../../src/db/kysely.ts";
import { noteIds, openNotes, sql } from "./fixture.ts";

test("rows are inserted, changed, found and deleted by id", async () => {
  const db = await openNotes();
  await db.run(insertRow("notes", { id: "a", title: "A", count: true }));
  await db.run(insertRow("notes", { id: "b", title: "B", count: undefined }));
  await db.run(insertRow("notes", { id: "c", title: "C" }));
  await db.run(updateRow("notes", "b", { title: "B2", count: 3 }));
  expect(await db.get(selectById("notes", "a"))).toEqual({ id: "a", title: "A", count: 1 });
  expect(await db.all(selectByIds("notes", ["b", "b", "missing", "c"]))).toEqual([
    { id: "b", title: "B2", count: 3 },
    { id: "c", title: "C", count: null },
  ]);
  await db.run(deleteRow("notes", "a"));
  expect(await db.run(deleteRows("notes", ["c", "missing"]))).toEqual({ changes: 1 });
  expect(await noteIds(db)).toEqual(["b"]);
});

test("names with quotes and blanks are quoted", async () => {
  const db = await openNotes();
  await db.run(sql('CREATE TABLE "a ""b" (id TEXT, "c ""d" TEXT)'));
  await db.run(insertRow('a "b', { id: "1", 'c "d': "x" }));
  await db.run(updateRow('a "b', "1", { 'c "d': "y" }));
  expect(await db.all(selectByIds('a "b', ["1"]))).toEqual([{ id: "1", 'c "d': "y" }]);
});

test("the same shape again compiles nothing, whatever the order of its keys", () => {
  insertRow("notes", { id: "a", title: "A" });
  updateRow("notes", "a", { title: "A" });
  selectById("notes", "a");
  const before = compileCount();
  const again = insertRow("notes", { title: "B", id: "b" });
  updateRow("notes", "b", { title: "B" });
  selectById("notes", "b");
  expect(compileCount()).toBe(before);
  expect(again.parameters).toEqual(["b", "B"]);
  insertRow("notes", { id: "a" });
  expect(compileCount()).toBe(before + 1);
});

test("kysely compiles for the database and refuses to execute by itself", async () => {
  const db = await openNotes();
  await db.run(sql("CREATE TABLE _params (id TEXT, value JSON, created TEXT, updated TEXT)"));
  const row = { id: "settings", value: Buffer.from("{}"), created: "", updated: "" };
  await db.run(query.insertInto("_params").values(row).compile());
  const select = query.selectFrom("_params").selectAll().where("id", "=", "settings");
  expect(await db.get(select.compile())).toEqual(row);
});
