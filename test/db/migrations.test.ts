import { describe, expect, onTestFinished, test } from "vitest";
import { runSystemMigrations } from "../../src/db/migrations/index.ts";
import { type DatabaseFile, openDatabase } from "../../src/db/open.ts";
import { sql, temporaryPath } from "./fixture.ts";
import { AUXILIARY_SCHEMA, COLLECTIONS, DATA_SCHEMA, MIGRATIONS } from "./fresh-folder.ts";

const DATE = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z$/;
const SECRET = /"secret":"[A-Za-z0-9]{50}"/g;

interface Folder {
  readonly data: DatabaseFile;
  readonly auxiliary: DatabaseFile;
}

async function openFolder(): Promise<Folder> {
  const data = await openDatabase(temporaryPath(), { durability: "normal", role: "data" });
  const auxiliary = await openDatabase(temporaryPath("auxiliary.db"), {
    durability: "normal",
    role: "auxiliary",
  });
  onTestFinished(async () => {
    await data.close();
    await auxiliary.close();
  });
  return { data, auxiliary };
}

async function freshFolder(): Promise<Folder> {
  const folder = await openFolder();
  await runSystemMigrations(folder.data, folder.auxiliary);
  return folder;
}

async function schema(db: DatabaseFile): Promise<string[]> {
  const rows = await db.all<{ sql: string }>(
    sql("SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY rowid"),
  );
  return rows.map((row) => joined(row.sql));
}

function joined(statement: string): string {
  return statement.replace(/\s+/g, " ").replaceAll("( ", "(").replace(/ \)$/, ")");
}

function collections(db: DatabaseFile): Promise<Record<string, unknown>[]> {
  return db.all(sql("SELECT * FROM _collections ORDER BY rowid"));
}

async function content({ data, auxiliary }: Folder): Promise<unknown> {
  const migrations = await data.all(sql("SELECT * FROM _migrations ORDER BY rowid"));
  return [await schema(data), await schema(auxiliary), await collections(data), migrations];
}

describe("a new data folder", () => {
  test("has PocketBase's tables and indexes", async () => {
    const { data, auxiliary } = await freshFolder();
    expect(await schema(data)).toEqual(DATA_SCHEMA);
    expect(await schema(auxiliary)).toEqual(AUXILIARY_SCHEMA);
  });

  test("has PocketBase's collections, byte for byte", async () => {
    const { data } = await freshFolder();
    const rows = await collections(data);
    for (const row of rows) {
      expect([row["created"], row["updated"]]).toEqual([
        expect.stringMatching(DATE),
        expect.stringMatching(DATE),
      ]);
      delete row["created"];
      delete row["updated"];
      row["options"] = String(row["options"]).replace(SECRET, '"secret":"…"');
    }
    expect(rows).toEqual(COLLECTIONS);
  });

  test("has secrets of its own", async () => {
    const { data } = await freshFolder();
    const secrets = (await collections(data)).flatMap(
      (row) => String(row["options"]).match(SECRET) ?? [],
    );
    expect(secrets).toHaveLength(10);
    expect(new Set(secrets).size).toBe(10);
  });

  test("records PocketBase's migrations in microseconds, in order", async () => {
    const before = Date.now() * 1000;
    const { data } = await freshFolder();
    const rows = await data.all<{ file: string; applied: number }>(
      sql("SELECT file, applied FROM _migrations ORDER BY applied"),
    );
    expect(rows.map(({ file }) => file)).toEqual(MIGRATIONS);
    expect(rows[0]!.applied).toBeGreaterThanOrEqual(before);
    expect(rows.at(-1)!.applied).toBeLessThanOrEqual((Date.now() + 1000) * 1000);
    expect(new Set(rows.map(({ applied }) => applied)).size).toBe(rows.length);
  });
});

describe("an existing data folder", () => {
  test("is left alone", async () => {
    const folder = await freshFolder();
    const before = await content(folder);
    await runSystemMigrations(folder.data, folder.auxiliary);
    expect(await content(folder)).toEqual(before);
  });

  test("keeps unknown migrations on record", async () => {
    const folder = await freshFolder();
    await folder.data.run(sql("INSERT INTO _migrations VALUES ('1700000000_mine.js', 1700000000)"));
    const before = await content(folder);
    await runSystemMigrations(folder.data, folder.auxiliary);
    expect(await content(folder)).toEqual(before);
  });

  test("gets its logs back when the auxiliary file is gone", async () => {
    const folder = await freshFolder();
    await folder.auxiliary.run(sql("DROP TABLE _logs"));
    await runSystemMigrations(folder.data, folder.auxiliary);
    expect(await schema(folder.auxiliary)).toEqual(AUXILIARY_SCHEMA);
    const files = await folder.data.all<{ file: string }>(
      sql("SELECT file FROM _migrations ORDER BY file"),
    );
    expect(files.map(({ file }) => file)).toEqual(MIGRATIONS);
  });

  test.for([
    ["_admins", "CREATE TABLE _admins (id TEXT)"],
    ["_collections.schema", "CREATE TABLE _collections (id TEXT, schema JSON)"],
  ])("of PocketBase 0.22, known by %s, is refused untouched", async ([, statement]) => {
    const folder = await openFolder();
    await folder.data.run(sql(statement!));
    const before = await schema(folder.data);
    await expect(runSystemMigrations(folder.data, folder.auxiliary)).rejects.toThrow(
      /PocketBase 0\.22 or older: start it once with PocketBase 0\.23/,
    );
    expect(await schema(folder.data)).toEqual(before);
    expect(await schema(folder.auxiliary)).toEqual([]);
  });

  test("of a release candidate without the recipients of one-time passwords is refused untouched", async () => {
    const folder = await freshFolder();
    await folder.data.run(
      sql("DELETE FROM _migrations WHERE file = '1717233559_v0.23_migrate4.go'"),
    );
    await folder.data.run(
      sql(
        `UPDATE _collections SET fields = replace(fields, '"name":"sentTo"', '"name":"sent"') WHERE name = '_otps'`,
      ),
    );
    const before = await content(folder);
    await expect(runSystemMigrations(folder.data, folder.auxiliary)).rejects.toThrow(
      "failed to apply migration 1717233559_v0.23_migrate4.go: the data folder was written by an older PocketBase",
    );
    expect(await content(folder)).toEqual(before);
  });
});

describe("a folder of an earlier release", () => {
  async function older(file: string, statements: readonly string[]): Promise<Folder> {
    const folder = await freshFolder();
    await folder.data.run(sql("DELETE FROM _migrations WHERE file = ?", file));
    for (const statement of statements) await folder.data.run(sql(statement));
    await runSystemMigrations(folder.data, folder.auxiliary);
    const files = await folder.data.all<{ file: string }>(
      sql("SELECT file FROM _migrations ORDER BY file"),
    );
    expect(files.map((row) => row.file)).toEqual(MIGRATIONS);
    return folder;
  }

  test("gets the new default mail about a login from a new place, where it had the old one", async () => {
    const former = `<p>Hello,</p>
<p>We noticed a login to your {APP_NAME} account from a new location.</p>
<p>If this was you, you may disregard this email.</p>
<p><strong>If this wasn't you, you should immediately change your {APP_NAME} account password to revoke access from all other locations.</strong></p>
<p>
  Thanks,<br/>
  {APP_NAME} team
</p>`;
    const body = (text: string) =>
      `UPDATE _collections SET options = json_set(options, '$.authAlert.emailTemplate.body', '${text.replaceAll("'", "''")}')`;
    const { data } = await older("1763020353_update_default_auth_alert_templates.go", [
      `${body(former)} WHERE name = '_superusers'`,
      `${body("My own")} WHERE name = 'users'`,
    ]);
    const [superusers, users] = (await collections(data))
      .slice(4)
      .map((row) => String(row["options"]));
    expect(superusers).toContain("<p><em>{ALERT_INFO}</em></p>");
    expect(users).toContain('"body":"My own"');
  });

  test("lists the indexes that its tables have, without doubles", async () => {
    const { data } = await older("1778828400_normalize_indexes.go", [
      "CREATE INDEX outside ON users (name, created DESC)",
      "CREATE UNIQUE INDEX second_email ON users (email COLLATE NOCASE)",
      "CREATE INDEX same_as_outside ON users (name, created DESC)",
    ]);
    const [users] = (await collections(data)).slice(5);
    expect(JSON.parse(String(users!["indexes"]))).toEqual([
      "CREATE UNIQUE INDEX `idx_tokenKey__pb_users_auth_` ON `users` (`tokenKey`)",
      "CREATE UNIQUE INDEX `idx_email__pb_users_auth_` ON `users` (`email`) WHERE `email` != ''",
      "CREATE INDEX `outside` ON `users` (\n  `name`,\n  `created` DESC\n)",
    ]);
    const indexes = (await schema(data)).filter((text) => /INDEX .* ON `users`/.test(text));
    expect(indexes).toEqual([
      "CREATE UNIQUE INDEX `idx_tokenKey__pb_users_auth_` ON `users` (`tokenKey`)",
      "CREATE UNIQUE INDEX `idx_email__pb_users_auth_` ON `users` (`email`) WHERE `email` != ''",
      "CREATE INDEX `outside` ON `users` (`name`, `created` DESC)",
    ]);
  });
});
