import type { App } from "../../app.ts";
import type { Collection } from "../../collections/collection.ts";
import {
  type AuthExtraTable,
  createAuthExtraTable,
  OWNED_TABLES,
  selectAuthExtraTables,
} from "../../db/dialect/auth-extras.ts";
import { dynamicQuery } from "../../db/kysely.ts";
import type { RecordModel } from "../../records/record.ts";
import { PasskeyChallenges } from "./passkey-challenges.ts";
import { type AuthExtraOptions, NO_EXTRAS, readOptions } from "./options.ts";

/** What is known of the data folder; replaced as a whole when it may have become wrong. */
interface Known {
  readonly tables: ReadonlySet<string>;
  /** By collection id. */
  readonly options: ReadonlyMap<string, AuthExtraOptions>;
}

/**
 * The additions to PocketBase's auth, reached as `app.auth.extras`: which of them a collection has on, and the
 * tables that exist because one was used. On a folder that has none of them nothing is ever queried.
 */
export class AuthExtras {
  readonly challenges = new PasskeyChallenges();
  #known: Known | undefined;
  /** Goes up with whatever makes what is being read at the same time stale. */
  #version = 0;

  /** Forgets what is known of the folder: something else may have written to it. */
  forget(): void {
    this.#known = undefined;
    this.#version++;
  }

  async options(app: App, collection: Collection): Promise<AuthExtraOptions> {
    return (await this.#load(app)).options.get(collection.id) ?? NO_EXTRAS;
  }

  async saveOptions(app: App, collection: Collection, options: AuthExtraOptions): Promise<void> {
    await this.create(app, "_xAuthOptions");
    const row = { collection: collection.id, options: JSON.stringify(options) };
    await app.db.run(
      dynamicQuery
        .insertInto("_xAuthOptions")
        .values(row)
        .onConflict((conflict) => conflict.column("collection").doUpdateSet(row))
        .compile(),
    );
    this.#forgetAfter(app);
  }

  /** True when the table exists: its addition was used at some time. */
  async has(app: App, table: AuthExtraTable): Promise<boolean> {
    return (await this.#load(app)).tables.has(table);
  }

  /** Makes a table that is about to be written to. */
  async create(app: App, table: AuthExtraTable): Promise<void> {
    if (await this.has(app, table)) return;
    await app.db.write(async (tx) => {
      for (const statement of createAuthExtraTable(table)) await tx.run(statement);
    });
    this.#forgetAfter(app);
  }

  /**
   * Deletes what a record has in tables of additions.
   *
   * @returns how many rows
   */
  async deleteOwned(
    app: App,
    { id, collection }: RecordModel,
    tables: readonly AuthExtraTable[] = OWNED_TABLES,
  ): Promise<number> {
    let count = 0;
    for (const table of tables) {
      if (!(await this.has(app, table))) continue;
      const { changes } = await app.db.run(
        dynamicQuery
          .deleteFrom(table)
          .where("collection", "=", collection.id)
          .where("record", "=", id)
          .compile(),
      );
      count += changes;
    }
    return count;
  }

  /** Deletes everything of a collection. */
  async deleteCollection(app: App, id: string): Promise<void> {
    for (const table of [...OWNED_TABLES, "_xAuthOptions"] as const) {
      if (!(await this.has(app, table))) continue;
      await app.db.run(dynamicQuery.deleteFrom(table).where("collection", "=", id).compile());
    }
    this.#forgetAfter(app);
  }

  /** What a transaction has not committed must not be known outside, nor what it has undone be kept. */
  #forgetAfter(app: App): void {
    this.forget();
    if (app.isTransaction) app.afterTransaction(async () => this.forget());
  }

  async #load(app: App): Promise<Known> {
    if (this.#known) return this.#known;
    const version = this.#version;
    const rows = await app.db.all<{ name: string }>(selectAuthExtraTables());
    const tables = new Set(rows.map(({ name }) => name));
    const options = await readAllOptions(app, tables);
    if (!app.isTransaction && version === this.#version) this.#known = { tables, options };
    return { tables, options };
  }
}

async function readAllOptions(
  app: App,
  tables: ReadonlySet<string>,
): Promise<ReadonlyMap<string, AuthExtraOptions>> {
  if (!tables.has("_xAuthOptions")) return new Map();
  const rows = await app.db.all<{ collection: string; options: string }>(
    dynamicQuery.selectFrom("_xAuthOptions").selectAll().compile(),
  );
  return new Map(rows.map((row) => [row.collection, readOptions(row.options)]));
}
