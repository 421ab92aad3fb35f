import { DatabaseError, type DatabaseErrorKind } from "../db/errors.ts";
import { NotFoundError, ValidationError } from "../lib/errors.ts";
import { problemsText } from "./raw-messages.ts";

/**
 * The technical reason of a failure as PocketBase words it where it shows one to superusers: errors of
 * SQLite with the class and the result code around their text.
 */
export function rawErrorText(error: unknown): string {
  if (error instanceof DatabaseError) return sqliteText(error);
  if (error instanceof NotFoundError) return `sql: ${error.message}`;
  if (error instanceof ValidationError) return problemsText(error.errors);
  return error instanceof Error ? error.message : String(error);
}

/** False for what no other input would have prevented: a full disk must not be told as a wrong query. */
export function isCausedByInput(error: unknown): boolean {
  return !(error instanceof DatabaseError && INCIDENTS.includes(error.kind));
}

const INCIDENTS: readonly DatabaseErrorKind[] = [
  "busy",
  "full",
  "readonly",
  "corrupt",
  "cannotOpen",
  "io",
];

const RESULTS: Readonly<Record<string, { readonly code: number; readonly class: string }>> = {
  SQLITE_ERROR: { code: 1, class: "SQL logic error" },
  SQLITE_CONSTRAINT_UNIQUE: { code: 2067, class: "constraint failed" },
  SQLITE_CONSTRAINT_PRIMARYKEY: { code: 1555, class: "constraint failed" },
  SQLITE_CONSTRAINT_NOTNULL: { code: 1299, class: "constraint failed" },
};

function sqliteText(error: DatabaseError): string {
  const result = RESULTS[error.code];
  return result ? `${result.class}: ${error.message} (${result.code})` : error.message;
}
