import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  type QueryId,
  type RootOperationNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { SystemTables } from "./tables.ts";

/** Tables known only at run time: collections' records. */
export interface DynamicTables {
  [table: string]: Record<string, unknown>;
}

let compiles = 0;

/** How many queries kysely has compiled in this process: a hot path adds none. */
export function compileCount(): number {
  return compiles;
}

class CountingCompiler extends SqliteQueryCompiler {
  override compileQuery(node: RootOperationNode, queryId: QueryId): CompiledQuery {
    compiles++;
    return super.compileQuery(node, queryId);
  }
}

const dialect = {
  createAdapter: () => new SqliteAdapter(),
  createDriver: () => new DummyDriver(),
  createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
  createQueryCompiler: () => new CountingCompiler(),
};

/** Builds and compiles queries on the system tables; never executes them (give `compile()` to a `Database`). */
export const query = new Kysely<SystemTables>({ dialect });

/** The same for record tables. */
export const dynamicQuery = new Kysely<DynamicTables>({ dialect });
