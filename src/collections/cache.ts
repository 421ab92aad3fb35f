import { isDeepStrictEqual } from "node:util";
import type { Database } from "../db/database.ts";
import { selectCollections } from "../db/dialect/schema.ts";
import { type Field } from "../fields/field.ts";
import { fieldType } from "../fields/index.ts";
import type { Collection } from "./collection.ts";
import { collectionFromRow, type CollectionRow } from "./row.ts";

/** A relation field and the collection it belongs to. */
export interface Reference {
  readonly collection: Collection;
  readonly field: Field;
}

/** What was read from the database at one time; replaced as a whole, never changed. */
interface Snapshot {
  readonly all: readonly Collection[];
  readonly byId: ReadonlyMap<string, Collection>;
  /** By lower-case name. */
  readonly byName: ReadonlyMap<string, Collection>;
  /** By the id of the collection that is referred to; made when it is first asked for. */
  references: ReadonlyMap<string, readonly Reference[]> | undefined;
  /** What the instances were read from, by id. */
  readonly rows: ReadonlyMap<string, CollectionRow>;
  readonly version: number;
}

let versions = 0;

/**
 * All collections, in memory, in order of their creation. The instances are shared: look, do not touch
 * (`collection.clone()`). A transaction works on a `fork()`, so nobody else sees what is not committed.
 */
export class CollectionCache {
  #snapshot: Snapshot;

  constructor(collections: readonly Collection[] = []) {
    this.#snapshot = snapshot(collections, []);
  }

  /** Changes with every load. */
  get version(): number {
    return this.#snapshot.version;
  }

  all(): readonly Collection[] {
    return this.#snapshot.all;
  }

  /** @param idOrName an exact id, or a name in any case; the older collection wins when both match */
  find(idOrName: string): Collection | undefined {
    const { all, byId, byName } = this.#snapshot;
    const withId = byId.get(idOrName);
    const withName = byName.get(idOrName.toLowerCase());
    if (!withId || !withName || withId === withName) return withId ?? withName;
    return all.indexOf(withId) < all.indexOf(withName) ? withId : withName;
  }

  /** The relation fields, of views too, that refer to a collection; its own ones are among them. */
  references(collectionId: string): readonly Reference[] {
    this.#snapshot.references ??= findReferences(this.#snapshot.all);
    return this.#snapshot.references.get(collectionId) ?? NONE;
  }

  /** Reads all collections again; those whose rows are as before keep their instances. On an error everything stays as it was. */
  async load(db: Database): Promise<void> {
    const rows = await db.all<CollectionRow>(selectCollections());
    const before = this.#snapshot;
    const isSame = (row: CollectionRow) => isDeepStrictEqual(row, before.rows.get(row.id));
    const all = rows.map((row) =>
      isSame(row) ? before.byId.get(row.id)! : collectionFromRow(row),
    );
    this.#snapshot = snapshot(all, rows);
  }

  /** Reads all collections again into new instances. */
  async reload(db: Database): Promise<void> {
    const fresh = new CollectionCache();
    await fresh.load(db);
    this.#snapshot = fresh.#snapshot;
  }

  /** A cache with the same content that goes its own way from here. */
  fork(): CollectionCache {
    const copy = new CollectionCache();
    copy.#snapshot = this.#snapshot;
    return copy;
  }

  /**
   * Takes over what a fork holds whose transaction was committed.
   *
   * @returns false, and nothing is taken, when this cache was loaded later than the fork: it may or may not
   *   know the change and must be loaded again
   */
  adopt(fork: CollectionCache): boolean {
    if (fork.version < this.version) return false;
    this.#snapshot = fork.#snapshot;
    return true;
  }
}

const NONE: readonly Reference[] = [];

function snapshot(all: readonly Collection[], rows: readonly CollectionRow[]): Snapshot {
  return {
    all,
    byId: new Map(all.map((collection) => [collection.id, collection])),
    byName: new Map(all.map((collection) => [collection.name.toLowerCase(), collection])),
    references: undefined,
    rows: new Map(rows.map((row) => [row.id, row])),
    version: ++versions,
  };
}

function findReferences(all: readonly Collection[]): Map<string, Reference[]> {
  const references = new Map<string, Reference[]>();
  for (const collection of all) {
    for (const field of collection.fields) {
      const target = fieldType(field).relatedCollectionId?.(field);
      if (target === undefined) continue;
      const list = references.get(target);
      if (list) list.push({ collection, field });
      else references.set(target, [{ collection, field }]);
    }
  }
  return references;
}
