import Sqlite from "better-sqlite3";
import { expect, test } from "vitest";
import {
  DatabaseError,
  type DatabaseErrorKind,
  isBusy,
  translateSqliteError,
  UniqueConstraintError,
} from "../../src/db/errors.ts";
import { openNotes, sql } from "./fixture.ts";

const CODES: readonly [code: string, kind: DatabaseErrorKind][] = [
  ["SQLITE_CONSTRAINT_UNIQUE", "unique"],
  ["SQLITE_CONSTRAINT_PRIMARYKEY", "unique"],
  ["SQLITE_CONSTRAINT_NOTNULL", "notNull"],
  ["SQLITE_CONSTRAINT_CHECK", "check"],
  ["SQLITE_CONSTRAINT_FOREIGNKEY", "foreignKey"],
  ["SQLITE_CONSTRAINT_TRIGGER", "constraint"],
  ["SQLITE_BUSY", "busy"],
  ["SQLITE_BUSY_SNAPSHOT", "busy"],
  ["SQLITE_LOCKED", "busy"],
  ["SQLITE_FULL", "full"],
  ["SQLITE_READONLY", "readonly"],
  ["SQLITE_READONLY_DBMOVED", "readonly"],
  ["SQLITE_CORRUPT", "corrupt"],
  ["SQLITE_NOTADB", "corrupt"],
  ["SQLITE_CANTOPEN", "cannotOpen"],
  ["SQLITE_IOERR_WRITE", "io"],
  ["SQLITE_TOOBIG", "tooBig"],
  ["SQLITE_INTERRUPT", "timeout"],
  ["SQLITE_ERROR", "statement"],
  ["SQLITE_RANGE", "statement"],
];

test.for(CODES)("%s becomes %s and keeps SQLite's words and the cause", ([code, kind]) => {
  const original = new Sqlite.SqliteError("the words", code);
  const translated = translateSqliteError(original);
  expect(translated).toBeInstanceOf(DatabaseError);
  expect(translated).toMatchObject({ kind, code, cause: original });
  expect((translated as Error).message).toContain("the words");
});

test("other errors, and errors already translated, are left alone", () => {
  const own = new Error("own");
  const system = Object.assign(new Error("gone"), { code: "ENOENT" });
  const translated = translateSqliteError(new Sqlite.SqliteError("full", "SQLITE_FULL"));
  for (const error of [own, system, translated, "text", undefined]) {
    expect(translateSqliteError(error)).toBe(error);
  }
});

test("isBusy knows the lock of another process, translated or not", () => {
  const busy = new Sqlite.SqliteError("database is locked", "SQLITE_BUSY_RECOVERY");
  expect(isBusy(busy)).toBe(true);
  expect(isBusy(translateSqliteError(busy))).toBe(true);
  expect(isBusy(new Sqlite.SqliteError("no", "SQLITE_LOCKED"))).toBe(false);
  expect(isBusy(new Error("no"))).toBe(false);
});

test.for([
  ["one column", "CREATE UNIQUE INDEX x ON t (a)", [{ table: "t", column: "a" }], undefined],
  [
    "two columns",
    "CREATE UNIQUE INDEX x ON t (a, b)",
    [
      { table: "t", column: "a" },
      { table: "t", column: "b" },
    ],
    undefined,
  ],
  ["an expression", "CREATE UNIQUE INDEX x ON t (lower(a))", [], "x"],
  [
    "a condition",
    "CREATE UNIQUE INDEX x ON t (b) WHERE b != ''",
    [{ table: "t", column: "b" }],
    undefined,
  ],
] as const)(
  "a unique index over %s names what must be unique",
  async ([, index, columns, name]) => {
    const db = await openNotes();
    await db.run(sql("CREATE TABLE t (a TEXT, b TEXT)"));
    await db.run(sql(index));
    const insert = sql("INSERT INTO t (a, b) VALUES ('x', 'y')");
    await db.run(insert);
    const error = await db.run(insert).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UniqueConstraintError);
    expect(error).toMatchObject({ columns, index: name });
  },
);
