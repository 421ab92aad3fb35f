import { leftJoin, type MatchAllSource, selectAllValues } from "../db/dialect/filter.ts";
import type { Fragment } from "../db/dialect/fragment.ts";
import type { MatchAll } from "../filter/operand.ts";

export interface JoinRequest {
  /** What is joined, from where and how: equal keys share a join. */
  readonly key: string;
  /** The wished alias; a number is added when another join has it. */
  readonly alias: string;
  readonly source: Fragment;
  readonly on?: (alias: string) => Fragment;
  /** A row can meet several joined rows. */
  readonly multiplies: boolean;
}

/** The joins of one query, each once. */
export class JoinSet {
  readonly #byKey = new Map<string, string>();
  readonly #taken = new Set<string>();
  readonly #joins: Fragment[] = [];
  #multiplies = false;
  #unique = 0;

  /** @param table the table that the query is about */
  constructor(table: string) {
    this.#taken.add(table.toLowerCase());
  }

  get fragments(): readonly Fragment[] {
    return this.#joins;
  }

  /** A row of the table can come out several times. */
  get multiplies(): boolean {
    return this.#multiplies;
  }

  /** Joins unless it is joined already; returns the alias. */
  add(request: JoinRequest): string {
    const known = this.#byKey.get(request.key);
    if (known !== undefined) return known;
    const alias = this.#free(request.alias);
    this.#byKey.set(request.key, alias);
    this.#joins.push(leftJoin(request.source, alias, request.on?.(alias)));
    this.#multiplies ||= request.multiplies;
    return alias;
  }

  /** An alias for a sub-query. */
  unique(prefix: string): string {
    return `${prefix}${++this.#unique}`;
  }

  #free(wished: string): string {
    let alias = wished;
    for (let n = 2; this.#taken.has(alias.toLowerCase()); n++) alias = `${wished}__${n}`;
    this.#taken.add(alias.toLowerCase());
    return alias;
  }
}

/**
 * The sub-query that walks the same path as the joins of the main query, for one row, and so finds all
 * values of the path (PocketBase: search.MultiMatchSubquery).
 */
export class MatchAllPath {
  readonly #outer: string;
  readonly #table: string;
  readonly #root: string;
  readonly #joins: Fragment[] = [];
  /** Where the path stands. */
  alias: string;
  /** The path can have several values. */
  isMultiple = false;

  constructor(table: string, outer: string) {
    this.#table = table;
    this.#outer = outer;
    this.#root = `__mm_${outer}`;
    this.alias = this.#root;
  }

  join(source: Fragment, alias: string, on?: Fragment): void {
    this.#joins.push(leftJoin(source, alias, on));
  }

  /** What an operand carries when all values must match; `undefined` where there is at most one. */
  matchAll(value: Fragment): MatchAll | undefined {
    if (!this.isMultiple) return undefined;
    const source: MatchAllSource = {
      outer: this.#outer,
      table: this.#table,
      alias: this.#root,
      joins: this.#joins,
    };
    return { value, select: (inner) => selectAllValues(source, inner) };
  }
}
