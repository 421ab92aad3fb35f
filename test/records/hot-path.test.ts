import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compileCount } from "../../src/db/kysely.ts";
import { planCompiles } from "../../src/records/plan.ts";
import { type Fixture, startFixture } from "./fixture.ts";

let fixture: Fixture;
let token: string;
const ids: string[] = [];

beforeAll(async () => {
  fixture = await startFixture();
  await fixture.root.collections.create({
    name: "notes",
    type: "base",
    listRule: "public = true || owner = @request.auth.id",
    viewRule: "public = true || owner = @request.auth.id",
    fields: [
      { name: "title", type: "text" },
      { name: "public", type: "bool" },
      { name: "owner", type: "relation", collectionId: "_pb_users_auth_" },
      { name: "created", type: "autodate", onCreate: true },
    ],
  });
  for (let index = 0; index < 40; index++) {
    const record = await fixture.root
      .collection("notes")
      .create({ title: `note ${index}`, public: true });
    ids.push(record.id);
  }
  token = (await fixture.signUp("ada")).authStore.token;
});

afterAll(() => fixture.server.close());

interface Cost {
  readonly statements: number;
  readonly prepares: number;
  readonly compiles: number;
}

/** What one request costs once the same kind has been asked before. */
async function costOf(first: string, again: string): Promise<Cost> {
  const { app } = fixture.server;
  const ask = async (path: string) => {
    const answer = await fixture.send("GET", path, { token });
    expect(answer.status).toBe(200);
  };
  await ask(first);
  const { counters } = app.databaseFiles.data;
  const compiles = compileCount() + planCompiles(app);
  await ask(again);
  const after = app.databaseFiles.data.counters;
  return {
    statements: after.reads - counters.reads,
    prepares: after.prepares - counters.prepares,
    compiles: compileCount() + planCompiles(app) - compiles,
  };
}

describe("a repeated request", () => {
  it("to view a record runs one statement, prepared and compiled before", async () => {
    const cost = await costOf(
      `/api/collections/notes/records/${ids[0]}`,
      `/api/collections/notes/records/${ids[1]}`,
    );
    expect(cost).toEqual({ statements: 1, prepares: 0, compiles: 0 });
  });

  it("to list records runs two statements, prepared and compiled before", async () => {
    const path = "/api/collections/notes/records?filter=title~'note'&sort=-created&page=1";
    expect(await costOf(path, path)).toEqual({ statements: 2, prepares: 0, compiles: 0 });
  });

  it("to list records with another literal and page compiles and prepares nothing", async () => {
    const cost = await costOf(
      "/api/collections/notes/records?filter=title~'note'&sort=-created&skipTotal=1",
      "/api/collections/notes/records?filter=title~'note 1'&sort=-created&skipTotal=1&page=2",
    );
    expect(cost).toEqual({ statements: 1, prepares: 0, compiles: 0 });
  });

  it("to list a page that is not full needs no count", async () => {
    const path = "/api/collections/notes/records?filter=title='note 3'";
    expect(await costOf(path, path)).toEqual({ statements: 1, prepares: 0, compiles: 0 });
  });
});
