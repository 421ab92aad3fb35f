import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { findByEmail, findByIdentity } from "../../src/auth/identity.ts";
import { rowByIdentity } from "../../src/db/dialect/references.ts";
import { startAuth } from "./fixture.ts";

test.for([false, true])(
  "an address is looked up in its index, which leaves empty ones out (ignoring case: %s)",
  async (ignoresCase) => {
    const server = await startAuth();
    if (ignoresCase) {
      await server.configure((_, collection) => {
        collection.indexes = collection.indexes.map((index) =>
          index.replace("(`email`)", "(`email` COLLATE NOCASE)"),
        );
      });
    }
    const { sql, parameters } = rowByIdentity(
      { table: "users", column: "email", ignoresCase },
      "user@example.com",
    );
    const database = new Database(join(server.app.config.dataDir, "data.db"), { readonly: true });
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters);
    database.close();
    expect(plan).toMatchObject([
      { detail: expect.stringMatching(/^SEARCH users USING INDEX idx_email/) as string },
    ]);
  },
);

test("records without an address are found by no address", async () => {
  const server = await startAuth();
  await server.configure((_, collection) => {
    collection.findField("email")!["required"] = false;
    collection.auth!.passwordAuth.identityFields = ["email"];
  });
  await server.user({ email: "" });
  const known = await server.user();
  const { app } = server;
  const users = app.findCollection("users");
  expect((await findByEmail(app, users, "user@example.com"))?.id).toBe(known.id);
  expect(await findByEmail(app, users, "other@example.com")).toBeUndefined();
  expect(await findByIdentity(app, users, "")).toBeUndefined();
});
