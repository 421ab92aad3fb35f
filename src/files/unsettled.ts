import type { App } from "../app.ts";
import type { Collection } from "../collections/collection.ts";
import { collectionFromRow, type CollectionRow } from "../collections/row.ts";
import { query } from "../db/kysely.ts";
import { findRecords } from "../records/find.ts";
import { fileFields } from "./dropped-fields.ts";
import type { FileStorage } from "./file-storage.ts";
import type { Intent, IntentLog } from "./intents.ts";
import type { StorageDriver } from "./storage/driver.ts";

/** What is going on in one folder, by however many saves at the same time. */
interface Folder {
  readonly names: Set<string>;
  isDelete: boolean;
  /** Changes that have not ended. */
  open: number;
  /** Written intents that speak of this folder. */
  readonly notes: Set<Note>;
}

interface Note {
  readonly path: string;
  /** Folders that have to be settled before it can go. */
  readonly waiting: Set<Folder>;
}

/** A change of the files in some folders that goes on until it is settled. */
export interface FileChange {
  /** From now on nobody settles this folder before this change is over. */
  enter(folder: string): Promise<void>;
  /**
   * Notes on the disk which files of folders that were entered may be left over: before they are stored, and
   * before a write is committed.
   */
  intend(intents: readonly Intent[]): Promise<void>;
  /** The change is over, in whatever way: files that no row names go. Never fails. */
  settle(app: App): Promise<void>;
}

/**
 * Keeps files and rows together. Files cannot take part in a transaction, so each change says beforehand which
 * ones may be left over, and when it has ended, or at the next start after a crash, those go that no row names.
 * Only what was said is ever deleted.
 */
export class UnsettledFiles {
  /** The notes on the disk. */
  readonly log: IntentLog;
  readonly #files: FileStorage;
  readonly #folders = new Map<string, Folder>();
  readonly #settling = new Map<string, Promise<void>>();
  /** Folders that wait for the end of a hold. */
  #held: Map<string, Folder> | undefined;

  constructor(files: FileStorage, log: IntentLog) {
    this.#files = files;
    this.log = log;
  }

  begin(): FileChange {
    const entered = new Map<string, Folder>();
    return {
      enter: async (path) => {
        if (entered.has(path)) return;
        while (this.#settling.has(path)) await this.#settling.get(path);
        const folder = this.#folder(path);
        folder.open++;
        entered.set(path, folder);
      },
      intend: (intents) => this.#intend(intents),
      settle: (app) => this.#leave(app, entered),
    };
  }

  /**
   * From now on no file goes, and no note on the disk, so that files and a copy of the rows can be brought together.
   * There is one hold at a time.
   *
   * @returns ends the hold; settles once everything that has gathered is settled
   */
  hold(): (app: App) => Promise<void> {
    const held = new Map<string, Folder>();
    this.#held = held;
    return async (app) => {
      this.#held = undefined;
      await this.#leave(app, held);
    };
  }

  /** Settles what earlier runs have left, in every storage that it may be in. */
  async recover(app: App): Promise<void> {
    for await (const { path, intents } of this.log.leftBehind()) {
      try {
        for (const driver of new Set([this.#files.driver, this.#files.local]))
          await settle(app, driver, intents);
        await this.log.remove(path);
      } catch (error) {
        app.logger.warn("failed to delete left over files", { intents, error: String(error) });
      }
    }
  }

  #folder(path: string): Folder {
    const folder = this.#folders.get(path) ?? {
      names: new Set(),
      isDelete: false,
      open: 0,
      notes: new Set(),
    };
    this.#folders.set(path, folder);
    return folder;
  }

  async #intend(intents: readonly Intent[]): Promise<void> {
    for (const { folder: path, names, isDelete } of intents) {
      const folder = this.#folder(path);
      for (const name of names) folder.names.add(name);
      folder.isDelete ||= isDelete === true;
    }
    const folders = intents.map(({ folder }) => this.#folder(folder));
    const serious = intents.filter(leavesFiles);
    if (serious.length === 0) return;
    const note = { path: await this.log.write(serious), waiting: new Set(folders) };
    for (const folder of folders) folder.notes.add(note);
  }

  /** The last one to leave a folder settles it; while there is a hold, that one is the hold. */
  async #leave(app: App, entered: ReadonlyMap<string, Folder>): Promise<void> {
    if (this.#held) return moveInto(this.#held, entered);
    const left = [...entered].filter(([, folder]) => --folder.open === 0);
    for (const [path] of left) this.#folders.delete(path);
    if (left.length === 0) return;
    const work = this.#settle(app, left).finally(() => {
      for (const [path] of left) this.#settling.delete(path);
    });
    for (const [path] of left) this.#settling.set(path, work);
    await work;
  }

  async #settle(app: App, folders: readonly (readonly [string, Folder])[]): Promise<void> {
    const intents = folders.map(([folder, { names, isDelete }]) => ({
      folder,
      names: [...names],
      isDelete,
    }));
    try {
      await settle(app, this.#files.driver, intents);
      for (const [, folder] of folders) await this.#forget(folder);
    } catch (error) {
      // The notes stay: the next start tries again.
      app.logger.warn("failed to delete left over files", { intents, error: String(error) });
    }
  }

  async #forget(folder: Folder): Promise<void> {
    for (const note of folder.notes) {
      note.waiting.delete(folder);
      if (note.waiting.size === 0) await this.log.remove(note.path);
    }
  }
}

function moveInto(held: Map<string, Folder>, entered: ReadonlyMap<string, Folder>): void {
  for (const [path, folder] of entered) {
    if (held.has(path)) folder.open--;
    else held.set(path, folder);
  }
}

/** Folders whose rows are read together. */
const CHUNK = 1000;

/** A record that names no files leaves none; of a collection nobody knows. */
function leavesFiles({ folder, names }: Intent): boolean {
  return names.length > 0 || folder.split("/").length === 2;
}

async function settle(app: App, driver: StorageDriver, intents: readonly Intent[]): Promise<void> {
  const serious = intents.filter(({ names, isDelete }) => names.length > 0 || isDelete);
  for (let first = 0; first < serious.length; first += CHUNK)
    await settleChunk(app, driver, serious.slice(first, first + CHUNK));
}

async function settleChunk(
  app: App,
  driver: StorageDriver,
  intents: readonly Intent[],
): Promise<void> {
  const rows = await readRows(app, intents);
  for (const { folder, names, isDelete } of intents) {
    const named = rows.get(folder);
    if (named === undefined && isDelete) {
      await driver.deletePrefix(folder);
      continue;
    }
    for (const name of names) {
      if (named?.has(name) || name === "" || /[/\\]/.test(name)) continue;
      await driver.delete(folder + name);
      await driver.deletePrefix(`${folder}thumbs_${name}/`);
    }
    if (named === undefined && (await isEmpty(driver, folder))) await driver.deletePrefix(folder);
  }
}

/** The files that the rows behind some folders name; a folder is absent when its record or collection is. */
async function readRows(
  app: App,
  intents: readonly Intent[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const rows = new Map<string, ReadonlySet<string>>();
  const folders = Map.groupBy(intents, ({ folder }) => folder.split("/")[0]!);
  for (const collection of await existing(app, [...folders.keys()])) {
    const ids = folders.get(collection.id)!.map(({ folder }) => folder.split("/")[1]!);
    if (ids.includes("")) rows.set(`${collection.id}/`, new Set());
    const fields = fileFields(collection);
    // Without any, an empty folder is not kept for the next upload.
    if (fields.length === 0) continue;
    for (const record of await findRecords(app, collection, ids.filter(Boolean))) {
      const names = fields.flatMap(({ name }) => record.getStrings(name));
      rows.set(`${collection.id}/${record.id}/`, new Set(names));
    }
  }
  return rows;
}

/** Not asked of the cache: a collection is in it as it was until everyone has heard of its change. */
async function existing(app: App, ids: readonly string[]): Promise<Collection[]> {
  if (ids.length === 0) return [];
  const stored = await app.db.all<CollectionRow>(
    query.selectFrom("_collections").selectAll().where("id", "in", ids).compile(),
  );
  return stored.map(collectionFromRow);
}

async function isEmpty(driver: StorageDriver, folder: string): Promise<boolean> {
  for await (const _ of driver.list(folder)) return false;
  return true;
}
