import { toPlain } from "./json.ts";

/**
 * One page of a list, in the order of its JSON keys (PocketBase: search.Result). The `fields` picker picks
 * from the items of a page and leaves the rest of it.
 */
export class Page<T> {
  items: T[];
  page: number;
  perPage: number;
  /** -1 when it was not asked for; `totalPages` too. */
  totalItems: number;
  totalPages: number;

  constructor(items: T[], page: number, perPage: number, totalItems: number) {
    this.items = items;
    this.page = page;
    this.perPage = perPage;
    this.totalItems = totalItems;
    this.totalPages = totalItems < 0 ? -1 : Math.ceil(totalItems / perPage);
  }

  toJSON(): unknown {
    return { ...this, items: this.items.map(toPlain) };
  }
}
