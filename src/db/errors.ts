/** What went wrong, independent of the driver's spelling. */
export type DatabaseErrorKind =
  | "unique"
  | "notNull"
  | "check"
  | "foreignKey"
  | "constraint"
  | "busy"
  | "full"
  | "readonly"
  | "corrupt"
  | "cannotOpen"
  | "io"
  | "tooBig"
  | "timeout"
  | "statement";

/** An error of the database, with SQLite's extended result code and the driver's error as its cause. */
export class DatabaseError extends Error {
  readonly kind: DatabaseErrorKind;
  /** E.g. `SQLITE_CONSTRAINT_NOTNULL`. */
  readonly code: string;

  constructor(
    kind: DatabaseErrorKind,
    message: string,
    options: { code: string; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.name = "DatabaseError";
    this.kind = kind;
    this.code = options.code;
  }
}

export interface UniqueColumn {
  readonly table: string;
  readonly column: string;
}

/** A row with the same values exists. */
export class UniqueConstraintError extends DatabaseError {
  /** The columns that must be unique together; empty when the index is over an expression. */
  readonly columns: readonly UniqueColumn[];
  /** The index' name, known only when it is over an expression. */
  readonly index: string | undefined;

  constructor(message: string, options: { code: string; cause?: unknown }) {
    super("unique", message, options);
    this.name = "UniqueConstraintError";
    const { columns, index } = parseUniqueMessage(message);
    this.columns = columns;
    this.index = index;
  }
}

/** The reading was ended because it took longer than the query timeout. */
export class QueryTimeoutError extends DatabaseError {
  constructor(timeoutMs: number) {
    super("timeout", `The query took longer than ${timeoutMs / 1000} s and was ended.`, {
      code: "SQLITE_INTERRUPT",
    });
    this.name = "QueryTimeoutError";
  }
}

interface Translation {
  readonly kind: DatabaseErrorKind;
  /** Put before SQLite's own message, which is kept. */
  readonly sentence?: string;
}

/** By extended result code first, then by its primary code (`SQLITE_IOERR` for `SQLITE_IOERR_READ`). */
const TRANSLATIONS: Readonly<Record<string, Translation>> = {
  SQLITE_CONSTRAINT_UNIQUE: { kind: "unique" },
  SQLITE_CONSTRAINT_PRIMARYKEY: { kind: "unique" },
  SQLITE_CONSTRAINT_ROWID: { kind: "unique" },
  SQLITE_CONSTRAINT_NOTNULL: { kind: "notNull" },
  SQLITE_CONSTRAINT_CHECK: { kind: "check" },
  SQLITE_CONSTRAINT_FOREIGNKEY: { kind: "foreignKey" },
  SQLITE_CONSTRAINT: { kind: "constraint" },
  SQLITE_BUSY: { kind: "busy", sentence: "The database is locked by another process" },
  SQLITE_LOCKED: { kind: "busy", sentence: "The table is in use by another statement" },
  SQLITE_FULL: { kind: "full", sentence: "The disk is full" },
  SQLITE_READONLY: { kind: "readonly", sentence: "The database cannot be written to" },
  SQLITE_PERM: { kind: "readonly", sentence: "The database's file may not be accessed" },
  SQLITE_CORRUPT: {
    kind: "corrupt",
    sentence: "The database file is damaged: restore a backup or run SQLite's .recover",
  },
  SQLITE_NOTADB: { kind: "corrupt", sentence: "The file is not an SQLite database" },
  SQLITE_CANTOPEN: { kind: "cannotOpen", sentence: "The database file could not be opened" },
  SQLITE_IOERR: { kind: "io", sentence: "Reading or writing the database file failed" },
  SQLITE_TOOBIG: { kind: "tooBig", sentence: "A value or statement is too large for the database" },
  SQLITE_INTERRUPT: { kind: "timeout", sentence: "The query was ended" },
};

/**
 * Turns an error of the driver into a `DatabaseError` that says what happened; anything that is none (a
 * thrown `ApiError`, a bug) is returned as it is.
 */
export function translateSqliteError(error: unknown): unknown {
  const code = sqliteCode(error);
  if (code === undefined || error instanceof DatabaseError) return error;
  const { message } = error as Error;
  const { kind, sentence } = TRANSLATIONS[code] ?? TRANSLATIONS[primaryCode(code)] ?? STATEMENT;
  if (kind === "unique") return new UniqueConstraintError(message, { code, cause: error });
  return new DatabaseError(kind, sentence ? `${sentence} (${message}).` : message, {
    code,
    cause: error,
  });
}

/** True for "another process holds the lock", in the driver's or in our spelling: worth another try. */
export function isBusy(error: unknown): boolean {
  const code = sqliteCode(error);
  return code !== undefined && primaryCode(code) === "SQLITE_BUSY";
}

const STATEMENT: Translation = { kind: "statement" };

function sqliteCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" && error.code.startsWith("SQLITE_")
    ? error.code
    : undefined;
}

function primaryCode(code: string): string {
  return code.split("_").slice(0, 2).join("_");
}

/** SQLite's text: `UNIQUE constraint failed: t.a, t.b`, or `…: index 'name'` over an expression. */
function parseUniqueMessage(message: string): {
  columns: readonly UniqueColumn[];
  index: string | undefined;
} {
  const list = /UNIQUE constraint failed: (.*)$/s.exec(message)?.[1] ?? "";
  const index = /^index '(.*)'$/s.exec(list)?.[1];
  if (index !== undefined || list === "") return { columns: [], index };
  const columns = list.split(", ").map((path) => {
    const dot = path.indexOf(".");
    return { table: path.slice(0, dot), column: path.slice(dot + 1) };
  });
  return { columns, index: undefined };
}
