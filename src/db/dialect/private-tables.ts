import { type Fragment, identifier, join, raw, sql } from "./fragment.ts";

/*
 * Tables of extensions that are no collections. Their rows are only ever added: triggers refuse everything
 * else, whoever asks.
 */

/** `positive` is a whole number above zero. */
export type PrivateColumn = "text" | "integer" | "positive";

const TYPES: Readonly<Record<PrivateColumn, (column: Fragment) => Fragment>> = {
  text: () => raw("TEXT NOT NULL"),
  integer: () => raw("INTEGER NOT NULL"),
  positive: (column) => sql`INTEGER NOT NULL CHECK (${column} > 0)`,
};

/** Makes the table, its indexes and its guards where they are missing. */
export function createPrivateTable(
  table: string,
  columns: Readonly<Record<string, PrivateColumn>>,
  indexes: readonly { readonly columns: readonly string[]; readonly isUnique: boolean }[],
): Fragment[] {
  const list = Object.entries(columns).map(([name, type]) => {
    const column = identifier(name);
    return sql`${column} ${TYPES[type](column)}`;
  });
  const position = raw("`position` INTEGER PRIMARY KEY AUTOINCREMENT");
  return [
    sql`CREATE TABLE IF NOT EXISTS ${identifier(table)} (${join([position, ...list], ", ")})`,
    ...indexes.map((index) => {
      const name = identifier(`idx_${table}_${index.columns.join("_")}`);
      const kind = raw(index.isUnique ? "UNIQUE INDEX" : "INDEX");
      const over = join(
        index.columns.map((column) => identifier(column)),
        ", ",
      );
      return sql`CREATE ${kind} IF NOT EXISTS ${name} ON ${identifier(table)} (${over})`;
    }),
    ...["UPDATE", "DELETE"].map((action) => refuse(table, action)),
    refuseReplacing(table, [
      ["position"],
      ...indexes.filter(({ isUnique }) => isUnique).map((index) => index.columns),
    ]),
  ];
}

function refuse(table: string, action: string): Fragment {
  const name = identifier(`${table}_no_${action.toLowerCase()}`);
  const message = `'rows of ${table} are only ever added'`;
  return sql`CREATE TRIGGER IF NOT EXISTS ${name} BEFORE ${raw(action)} ON ${identifier(table)} BEGIN SELECT RAISE(ABORT, ${raw(message)}); END`;
}

/** `REPLACE` deletes the row that is in its way, and no trigger is told of that. */
function refuseReplacing(table: string, sets: readonly (readonly string[])[]): Fragment {
  const same = sets.map((columns) => {
    const pairs = columns.map((name) => sql`${identifier(name)} = NEW.${identifier(name)}`);
    return sql`EXISTS (SELECT 1 FROM ${identifier(table)} WHERE ${join(pairs, " AND ")})`;
  });
  const message = `'rows of ${table} are only ever added: this one is there'`;
  return sql`CREATE TRIGGER IF NOT EXISTS ${identifier(`${table}_no_replace`)} BEFORE INSERT ON ${identifier(table)} BEGIN SELECT RAISE(ABORT, ${raw(message)}) WHERE ${join(same, " OR ")}; END`;
}
