import { PrivateTable, type PrivateTableDefinition } from "./table.ts";

const NAME = /^[a-z][A-Za-z0-9]*$/;

/** The tables of extensions that are no collections. */
export class PrivateTables {
  readonly #tables = new Map<string, PrivateTable>();

  /**
   * Gives a table, to be called once per app. Nothing is written before its first row.
   *
   * @param name camelCase; `ledger` is `_xLedger` in the database
   * @throws Error for a name that is taken or none
   */
  define(name: string, definition: PrivateTableDefinition): PrivateTable {
    if (!NAME.test(name)) throw new Error(`${JSON.stringify(name)} is no name of a private table`);
    if (this.#tables.has(name)) throw new Error(`the private table ${name} is defined already`);
    const table = new PrivateTable(`_x${name[0]!.toUpperCase()}${name.slice(1)}`, definition);
    this.#tables.set(name, table);
    return table;
  }
}
