import { signal } from "@preact/signals";
import type { RecordModel } from "pocketbase";
import { behindFilter } from "./keyset.ts";
import { formatSort, parseSort, reverseSort, ROW_ORDER } from "./sort.ts";

/** One request for rows. */
export interface RowsQuery {
  /** From 1. */
  readonly page: number;
  readonly perPage: number;
  readonly sort: string;
  readonly filter: string;
  readonly signal: AbortSignal;
}

/** Where the rows come from. */
export interface RowSource {
  rows(query: RowsQuery): Promise<readonly RecordModel[]>;
  count(filter: string): Promise<number>;
}

export interface RecordListOptions {
  readonly source: RowSource;
  readonly filter: string;
  /** As in the API. */
  readonly sort: string;
  /** Told how many rows further down what is in sight has moved, after others came or went above it. */
  readonly onShift: (rows: number) => void;
  readonly onError: (error: unknown) => void;
}

interface Fetch {
  /** The rows of the list that it brings. */
  readonly first: number;
  readonly end: number;
  readonly query: Omit<RowsQuery, "signal">;
  readonly isReversed: boolean;
}

const PAGE = 100;
const MOST_FETCHES = 2;
const MOST_ROWS = 4000;
/** While somebody drags the scroll bar nothing is fetched. */
const JUMP_PAUSE_MS = 60;
const REFRESH_PAUSE_MS = 250;
const FRESH_MS = 2000;

/**
 * The rows of a long list, fetched as they come into sight: from the nearer end by their number, or behind a
 * known row where the sort allows it. Changes are taken in without losing what is shown.
 */
export class RecordList {
  /** Undefined until it is known. */
  readonly total = signal<number | undefined>(undefined);
  /** Changes with every change of the rows. */
  readonly version = signal(0);
  /** Rows that have changed a moment ago. */
  readonly fresh = signal<ReadonlySet<string>>(new Set());

  readonly #options: RecordListOptions;
  readonly #rows = new Map<number, RecordModel>();
  /** Numbers of rows that may have changed since they were fetched. */
  #stale = new Set<number>();
  /** Numbers of rows that should be there and were not. */
  readonly #blank = new Set<number>();
  readonly #running = new Map<Fetch, AbortController>();
  #seen = { first: 0, end: 0 };
  #jumpTimer: ReturnType<typeof setTimeout> | undefined;
  #refreshTimer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(options: RecordListOptions) {
    this.#options = options;
  }

  /** Fetches the number of rows and the first of them. */
  async start(): Promise<void> {
    const { source, filter } = this.#options;
    const first = this.#fetchOf(0);
    try {
      const [total] = await Promise.all([source.count(filter), this.#run(first)]);
      this.total.value = total;
      this.#fetchMissing();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Gives up what is under way. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#jumpTimer);
    clearTimeout(this.#refreshTimer);
    for (const controller of this.#running.values()) controller.abort();
  }

  /** Undefined while it is not there yet. */
  at(index: number): RecordModel | undefined {
    return this.#rows.get(index);
  }

  /** All rows that have been fetched, in their order. */
  known(): RecordModel[] {
    return [...this.#rows].toSorted(([a], [b]) => a - b).map(([, row]) => row);
  }

  /** The number of a row that has been fetched. */
  indexOf(id: string): number | undefined {
    for (const [index, row] of this.#rows) if (row.id === id) return index;
    return undefined;
  }

  /** Tells which rows are in sight. */
  show(first: number, end: number): void {
    const isNear = first <= this.#seen.end && end >= this.#seen.first;
    this.#seen = { first, end };
    clearTimeout(this.#jumpTimer);
    if (isNear) this.#fetchMissing();
    else this.#jumpTimer = setTimeout(() => this.#fetchMissing(), JUMP_PAUSE_MS);
  }

  /** Takes in that a record was made, changed or deleted. */
  apply(action: string, record: RecordModel): void {
    const index = this.indexOf(record.id);
    if (action === "delete") this.#remove(index);
    else this.#markFresh(record.id);
    const isPlain =
      this.#options.filter === "" && ["", `-${ROW_ORDER}`].includes(this.#options.sort);
    if (action === "update" && index !== undefined) {
      this.#rows.set(index, { ...record, ...expandOf(record, this.#rows.get(index)) });
      this.version.value++;
      if (isPlain) return;
    }
    this.refresh();
  }

  /** Fetches anew what is in sight, soon; what comes many times is done once. */
  refresh(): void {
    this.#refreshTimer ??= setTimeout(() => void this.#refresh(), REFRESH_PAUSE_MS);
  }

  async #refresh(): Promise<void> {
    this.#stale = new Set(this.#rows.keys());
    this.#blank.clear();
    try {
      const total = await this.#options.source.count(this.#options.filter);
      if (this.#isClosed) return;
      this.total.value = total;
      for (const index of this.#rows.keys()) if (index >= total) this.#rows.delete(index);
      this.version.value++;
      this.#fetchMissing();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#refreshTimer = undefined;
    }
  }

  async #recount(): Promise<void> {
    try {
      this.total.value = await this.#options.source.count(this.#options.filter);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fetchMissing(): void {
    if (this.#isClosed) return;
    this.#giveUpFar();
    while (this.#running.size < MOST_FETCHES) {
      const missing = this.#firstMissing();
      if (missing === undefined) return;
      this.#run(this.#fetchOf(missing)).catch((error: unknown) => this.#fail(error));
    }
  }

  #firstMissing(): number | undefined {
    const last = Math.min(this.#seen.end, this.total.peek() ?? PAGE);
    for (let index = this.#seen.first; index < last; index++) {
      const isThere = this.#rows.has(index) && !this.#stale.has(index);
      if (!isThere && !this.#blank.has(index) && !this.#isUnderWay(index)) return index;
    }
    return undefined;
  }

  #isUnderWay(index: number): boolean {
    return [...this.#running.keys()].some(({ first, end }) => index >= first && index < end);
  }

  #giveUpFar(): void {
    const { first, end } = this.#seen;
    for (const [fetch, controller] of this.#running) {
      if (fetch.end < first - PAGE || fetch.first > end + PAGE) controller.abort();
    }
  }

  #fetchOf(index: number): Fetch {
    const { filter } = this.#options;
    const sort = this.#wholeSort();
    const before = this.#stale.has(index - 1) ? undefined : this.#rows.get(index - 1);
    const behind = before && behindFilter(parseSort(sort), before);
    if (behind) {
      const query = { page: 1, perPage: PAGE, sort, filter: bothFilters(filter, behind) };
      return { first: index, end: index + PAGE, query, isReversed: false };
    }
    const total = this.total.peek() ?? 0;
    const fromEnd = total - 1 - index;
    if (sort === "" || fromEnd >= index || fromEnd < 0) {
      const page = Math.floor(index / PAGE);
      const query = { page: page + 1, perPage: PAGE, sort, filter };
      return { first: page * PAGE, end: (page + 1) * PAGE, query, isReversed: false };
    }
    const page = Math.floor(fromEnd / PAGE);
    const query = { page: page + 1, perPage: PAGE, sort: reverseSort(sort), filter };
    const end = total - page * PAGE;
    return { first: end - PAGE, end, query, isReversed: true };
  }

  /** With a tie-breaker, without which rows with the same value may come twice or never. */
  #wholeSort(): string {
    const keys = parseSort(this.#options.sort);
    const last = keys.at(-1);
    if (!last || keys.some(({ name }) => name === "id" || name === ROW_ORDER)) {
      return this.#options.sort;
    }
    return formatSort([...keys, { name: "id", isDown: last.isDown }]);
  }

  async #run(fetch: Fetch): Promise<void> {
    const controller = new AbortController();
    this.#running.set(fetch, controller);
    try {
      const rows = await this.#options.source.rows({ ...fetch.query, signal: controller.signal });
      if (!this.#isClosed && !controller.signal.aborted) this.#take(fetch, rows);
    } catch (error) {
      if (!controller.signal.aborted) throw error;
    } finally {
      this.#running.delete(fetch);
    }
    this.#fetchMissing();
  }

  #take(fetch: Fetch, rows: readonly RecordModel[]): void {
    const ordered = fetch.isReversed ? rows.toReversed() : rows;
    const first = fetch.isReversed ? fetch.end - rows.length : fetch.first;
    const anchor = this.#seen.first > 0 ? this.#anchor(fetch) : undefined;
    for (let index = fetch.first; index < fetch.end; index++) {
      this.#stale.delete(index);
      const row = ordered[index - first];
      if (row) this.#rows.set(index, row);
      else this.#leaveBlank(index);
    }
    this.#forgetFar();
    this.version.value++;
    const now = ordered.findIndex(({ id }) => id === anchor?.id);
    if (anchor && now >= 0 && first + now !== anchor.index) {
      this.#options.onShift(first + now - anchor.index);
    }
  }

  /** The number of rows has changed meanwhile. */
  #leaveBlank(index: number): void {
    this.#rows.delete(index);
    const isExpected = index < (this.total.peek() ?? 0);
    if (isExpected && !this.#blank.has(index)) void this.#recount();
    this.#blank.add(index);
  }

  #forgetFar(): void {
    if (this.#rows.size <= MOST_ROWS) return;
    const { first, end } = this.#seen;
    for (const index of this.#rows.keys()) {
      if (index < first - MOST_ROWS / 4 || index > end + MOST_ROWS / 4) this.#rows.delete(index);
    }
  }

  /** A row in sight that a fetch brings anew. */
  #anchor({ first, end }: Fetch): { index: number; id: string } | undefined {
    const middle = Math.floor((this.#seen.first + this.#seen.end) / 2);
    const index = Math.max(first, Math.min(middle, end - 1));
    const row = this.#rows.get(index);
    return row && { index, id: row.id };
  }

  #remove(index: number | undefined): void {
    if (index === undefined) return;
    const later = [...this.#rows].filter(([at]) => at > index);
    this.#rows.delete(index);
    for (const [at] of later) this.#rows.delete(at);
    for (const [at, row] of later) this.#rows.set(at - 1, row);
    this.total.value = Math.max(0, (this.total.peek() ?? 1) - 1);
    this.version.value++;
    if (index < this.#seen.first) this.#options.onShift(-1);
  }

  #markFresh(id: string): void {
    this.fresh.value = new Set([...this.fresh.peek(), id]);
    setTimeout(() => {
      const rest = [...this.fresh.peek()].filter((each) => each !== id);
      this.fresh.value = new Set(rest);
    }, FRESH_MS);
  }

  #fail(error: unknown): void {
    if (!this.#isClosed) this.#options.onError(error);
  }
}

function bothFilters(a: string, b: string): string {
  return a === "" ? b : `(${a})&&${b}`;
}

/** A message without related records keeps those that were fetched. */
function expandOf(
  record: RecordModel,
  before: RecordModel | undefined,
): Pick<RecordModel, "expand"> {
  const expand = record.expand ?? before?.expand;
  return expand ? { expand } : {};
}
