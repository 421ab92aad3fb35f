import type { Database } from "../db/database.ts";
import {
  type ColumnInfo,
  createView,
  dropView,
  selectColumns,
  withTextId,
} from "../db/dialect/view.ts";
import { randomText } from "../lib/id.ts";
import { bare, parseViewQuery, singleStatement } from "./view-query.ts";

/**
 * The query that a view is made of: the user's own, with the id made a text when it is none, because
 * records have text ids.
 */
export async function viewSource(db: Database, query: string): Promise<string> {
  const statement = bare(query);
  const columns = await queryColumns(db, statement);
  const hasTextId = columns.some(
    ({ name, type }) => name.toLowerCase() === "id" && type.toUpperCase() === "TEXT",
  );
  if (hasTextId) return statement;
  return withTextId(
    statement,
    parseViewQuery(statement).columns.map(({ alias }) => alias),
  );
}

/** The columns that a query has, found out with a view that lives for this moment. */
export async function queryColumns(db: Database, query: string): Promise<ColumnInfo[]> {
  const name = `_temp_${randomText(6)}`;
  return db.write(async (tx) => {
    await tx.run(dropView(name));
    await tx.run(createView(name, singleStatement(query)));
    try {
      return await tableColumns(tx, name);
    } finally {
      // In somebody else's transaction an error that is swallowed there would leave it behind.
      await tx.run(dropView(name));
    }
  });
}

/** @throws Error when there is no such table or view, or its query does not work */
export async function tableColumns(db: Database, table: string): Promise<ColumnInfo[]> {
  const columns = await db.all<ColumnInfo>(selectColumns(table));
  if (columns.length === 0) {
    throw new Error(`empty table info probably due to invalid or missing table ${table}`);
  }
  return columns;
}
