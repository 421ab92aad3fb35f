import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fixture, startFixture } from "./fixture.ts";

let fixture: Fixture;

beforeAll(async () => {
  fixture = await startFixture();
  await fixture.root.collections.create({
    name: "counters",
    type: "base",
    updateRule: "locked = false && @request.body.locked:isset = false",
    fields: [
      { name: "hits", type: "number", max: 1000 },
      { name: "tags", type: "select", values: ["a", "b", "c", "d"], maxSelect: 4 },
      { name: "note", type: "text" },
      { name: "locked", type: "bool" },
      { name: "updated", type: "autodate", onUpdate: true, onCreate: true },
    ],
  });
});

afterAll(() => fixture.server.close());

describe("updating a record", () => {
  it("counts every increment of 50 at the same time", async () => {
    const { id } = await fixture.root.collection("counters").create({ hits: 0 });
    await Promise.all(
      Array.from({ length: 50 }, () =>
        fixture.root.collection("counters").update(id, { "hits+": 1 }),
      ),
    );
    expect(await fixture.root.collection("counters").getOne(id)).toMatchObject({ hits: 50 });
  });

  it("counts every increment while user handlers take their time", async () => {
    const { app } = fixture.server;
    const handler = app.onRecordUpdate("counters").bindFunc(async (event) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await event.next();
    });
    try {
      const { id } = await fixture.root.collection("counters").create({ hits: 0, tags: [] });
      const change = { "hits+": 1, "tags+": "a" };
      await Promise.all(
        Array.from({ length: 20 }, () => fixture.root.collection("counters").update(id, change)),
      );
      expect(await fixture.root.collection("counters").getOne(id)).toMatchObject({
        hits: 20,
        tags: ["a"],
      });
    } finally {
      app.onRecordUpdate().unbind(handler);
    }
  });

  it("never changes hidden fields for others than superusers, however they are asked for", async () => {
    const { app } = fixture.server;
    await fixture.root.collections.create({
      name: "accounts",
      type: "base",
      updateRule: "",
      fields: [{ name: "credit", type: "number", hidden: true }],
    });
    const { id } = await fixture.root.collection("accounts").create({ credit: 1 });
    const path = `/api/collections/accounts/records/${id}`;
    const handler = app.onRecordUpdate("accounts").bindFunc((event) => event.next());
    try {
      expect(await fixture.send("PATCH", path, { body: { "credit+": 100 } })).toMatchObject({
        status: 200,
      });
      expect(await fixture.root.collection("accounts").getOne(id)).toMatchObject({ credit: 1 });
      await fixture.root.settings.update({ batch: { enabled: true } });
      const requests = [{ method: "PATCH", url: path, body: { "credit+": 100 } }];
      expect(await fixture.send("POST", "/api/batch", { body: { requests } })).toMatchObject({
        status: 200,
      });
      expect(await fixture.root.collection("accounts").getOne(id)).toMatchObject({ credit: 1 });
      await fixture.root.collection("accounts").update(id, { "credit+": 100 });
      expect(await fixture.root.collection("accounts").getOne(id)).toMatchObject({ credit: 101 });
    } finally {
      app.onRecordUpdate().unbind(handler);
    }
  });

  it("keeps what a handler makes of an increment", async () => {
    const { app } = fixture.server;
    const handler = app.onRecordUpdate("counters").bindFunc(async (event) => {
      event.record.set("hits", 500);
      await event.next();
    });
    try {
      const { id } = await fixture.root.collection("counters").create({ hits: 1 });
      expect(await fixture.root.collection("counters").update(id, { "hits+": 1 })).toMatchObject({
        hits: 500,
      });
    } finally {
      app.onRecordUpdate().unbind(handler);
    }
  });

  it("does not undo a change of another field made in between", async () => {
    const { app } = fixture.server;
    const { id } = await fixture.root.collection("counters").create({ hits: 1, note: "before" });
    const stale = await app.findRecordById("counters", id);
    await fixture.root.collection("counters").update(id, { note: "after" });
    stale.set("hits", 9);
    await app.save(stale);
    expect(await fixture.root.collection("counters").getOne(id)).toMatchObject({
      hits: 9,
      note: "after",
    });
  });

  it("refuses an increment beyond the field's limit and writes nothing", async () => {
    const { id } = await fixture.root.collection("counters").create({ hits: 999 });
    const answer = await fixture.send("PATCH", `/api/collections/counters/records/${id}`, {
      token: fixture.root.authStore.token,
      body: { "hits+": 2, note: "x" },
    });
    expect(answer).toMatchObject({
      status: 400,
      body: { data: { hits: { code: "validation_max_number_constraint" } } },
    });
    expect(await fixture.root.collection("counters").getOne(id)).toMatchObject({
      hits: 999,
      note: "",
    });
  });

  it("judges the stored row and the submitted values by the rule", async () => {
    const { id } = await fixture.root.collection("counters").create({ locked: false });
    const path = `/api/collections/counters/records/${id}`;
    expect(await fixture.send("PATCH", path, { body: { locked: true } })).toMatchObject({
      status: 404,
    });
    expect(await fixture.send("PATCH", path, { body: { note: "ok" } })).toMatchObject({
      status: 200,
    });
    await fixture.root.collection("counters").update(id, { locked: true });
    expect(await fixture.send("PATCH", path, { body: { note: "no" } })).toMatchObject({
      status: 404,
    });
  });

  it("rolls everything back when a handler of the write fails", async () => {
    const { app } = fixture.server;
    const { id } = await fixture.root.collection("counters").create({ hits: 1 });
    const record = await app.findRecordById("counters", id);
    await expect(
      app.runInTransaction(async (tx) => {
        record.set("hits", 2);
        await tx.save(record);
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    expect(await fixture.root.collection("counters").getOne(id)).toMatchObject({ hits: 1 });
    // The record does not know what its row holds any more, so the next save writes it whole.
    await app.save(record);
    expect(await fixture.root.collection("counters").getOne(id)).toMatchObject({ hits: 2 });
  });
});
