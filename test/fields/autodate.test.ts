import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Collection } from "../../src/collections/collection.ts";
import { type Fixture, startApp } from "../collections/fixture.ts";
import { makeField, settingsProblemsOf } from "./fixture.ts";

const PAST = "2020-01-01 00:00:00.000Z";
const NOW = /^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z$/;

let fixture: Fixture;
let collection: Collection;

beforeAll(async () => {
  fixture = await startApp();
  collection = await fixture.create({
    name: "dated",
    type: "base",
    fields: [
      { name: "made", type: "autodate", onCreate: true },
      { name: "changed", type: "autodate", onUpdate: true },
      { name: "both", type: "autodate", onCreate: true, onUpdate: true },
      { name: "note", type: "text" },
    ],
  });
});

afterAll(() => fixture.close());

const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

describe("an autodate", () => {
  test("is set when its record is made, changed, or both", async () => {
    const record = fixture.app.newRecord(collection, {});
    await fixture.app.save(record);
    expect(record.get("made")).toMatch(NOW);
    expect(record.get("changed")).toBe("");
    expect(record.get("both")).toMatch(NOW);
    const [made, both] = [record.getString("made"), record.getString("both")];
    await pause();
    record.set("note", "x");
    await fixture.app.save(record);
    expect(record.get("made")).toBe(made);
    expect(record.get("changed")).toMatch(NOW);
    expect(record.getString("both") > both).toBe(true);
    const stored = await fixture.app.findRecordById(collection, record.id);
    expect(stored.get("both")).toBe(record.get("both"));
  });

  test("does not take submitted values", async () => {
    const record = fixture.app.newRecord(collection, { made: PAST, changed: PAST });
    expect(record.get("made")).toBe("");
    await fixture.app.save(record);
    expect(record.getString("made") > PAST).toBe(true);
    expect(record.get("changed")).toBe("");
  });

  test("keeps what code set past the casts, for one save", async () => {
    const record = fixture.app.newRecord(collection, {});
    record.setRaw("made", PAST);
    record.setRaw("both", PAST);
    await fixture.app.save(record);
    expect(record.get("made")).toBe(PAST);
    expect(record.get("both")).toBe(PAST);
    record.set("note", "x");
    await fixture.app.save(record);
    expect(record.get("made")).toBe(PAST);
    expect(record.getString("both") > PAST).toBe(true);
  });

  test("takes a new instant when a save is tried again", async () => {
    const record = fixture.app.newRecord(collection, {});
    const unbind = fixture.app.onRecordCreateExecute((event) => {
      unbindNow();
      if (event.record === record) throw new Error("not yet");
      return event.next();
    });
    const unbindNow = () => fixture.app.onRecordCreateExecute().unbind(unbind);
    await expect(fixture.app.save(record)).rejects.toThrow("not yet");
    const before = new Date().toISOString().replace("T", " ");
    await pause();
    await fixture.app.save(record);
    expect(record.getString("made") > before).toBe(true);
  });
});

describe("the settings of an autodate", () => {
  const NEITHER = {
    code: "validation_required",
    message: "Either onCreate or onUpdate must be enabled.",
  };
  const MISMATCH = { code: "validation_values_mismatch", message: "Values don't match." };
  const problems = (options: Record<string, unknown>, before?: Record<string, unknown>) =>
    settingsProblemsOf(makeField("autodate", options), {
      app: fixture.app,
      collection,
      original: before
        ? Object.assign(collection.clone(), { fields: [makeField("autodate", before)] })
        : undefined,
      findCollection: () => undefined,
    });

  test("ask for one of the two", async () => {
    expect(await problems({})).toEqual({ onCreate: NEITHER, onUpdate: NEITHER });
    expect(await problems({ onUpdate: true })).toEqual({});
  });

  test("cannot be changed in a system field", async () => {
    const before = { onCreate: true, system: true };
    expect(await problems({ onCreate: true, system: true }, before)).toEqual({});
    expect(await problems({ onUpdate: true, system: true }, before)).toEqual({
      onCreate: MISMATCH,
      onUpdate: MISMATCH,
    });
    expect(await problems({ onUpdate: true }, { onCreate: true })).toEqual({});
  });
});
