/*
 * The app: one object that holds an open data folder and everything that works on it.
 *
 * Terms: a *collection* is an admin-defined table with rules; a *record* is one row of it; an *event* is
 * something the app does, and a *hook* the chain of handlers around it; a *transaction app* is the same app
 * whose database is one open transaction.
 */
import { BootstrapEvent, ServeEvent, TerminateEvent } from "./app-events.ts";
import {
  type AfterTransaction,
  type DatabaseFiles,
  newShared,
  openDatabases,
  type Shared,
  type Transaction,
  type View,
} from "./app-state.ts";
import { AuthService } from "./auth/service.ts";
import { createBackup } from "./backups/create.ts";
import { openSwapped } from "./backups/folder-swap.ts";
import { restoreBackup } from "./backups/restore.ts";
import type { Changes } from "./changes/service.ts";
import { CollectionCache } from "./collections/cache.ts";
import { Collection, type Rule } from "./collections/collection.ts";
import { deleteCollection } from "./collections/delete.ts";
import { saveCollection, validateCollection } from "./collections/save.ts";
import { type AppConfig, type AppOptions, completeConfig } from "./config.ts";
import type { CommandTable } from "./command-table.ts";
import type { CronTable } from "./crons/cron-table.ts";
import type { Database, Statement, WriteOptions } from "./db/database.ts";
import { runSystemMigrations } from "./db/migrations/index.ts";
import { readStamps } from "./db/stamps.ts";
import { createHooks, defineGetters, type EventHooks, type HookGetters } from "./events/events.ts";
import type { Model } from "./events/model.ts";
import { features, upkeep } from "./features.ts";
import type { FileStorage } from "./files/file-storage.ts";
import { leadingError, NotFoundError } from "./lib/errors.ts";
import type { RequestLogEntry } from "./http/middleware/activity-log.ts";
import { Router } from "./http/router.ts";
import type { Logger } from "./logs/logger.ts";
import { MailService } from "./mail/service.ts";
import { deleteRecord } from "./records/delete.ts";
import { findRecord, findRecords } from "./records/find.ts";
import {
  countRecords,
  type FilterValues,
  findFirstRecordByFilter,
  findRecordsByFilter,
  type FindOptions,
} from "./records/find-by-filter.ts";
import type { PrivateTables } from "./private-tables/service.ts";
import type { RealtimeService } from "./realtime/service.ts";
import { RecordModel } from "./records/record.ts";
import { hasSuperuserAuth, type RequestInfo } from "./records/request-info.ts";
import { compileRule, matchesRule } from "./records/rule.ts";
import { saveRecord, validateRecord } from "./records/save.ts";
import { defaultSettings, Settings, type SettingsData } from "./settings/settings.ts";
import { hasSettings, loadSettings, saveSettings } from "./settings/store.ts";
import { settingsParsers } from "./settings/parsers.ts";

/** The getters of every event (`app.onRecordCreate(…)`), made from the event table. */
export interface App extends HookGetters {}

export class App {
  readonly #shared: Shared;
  readonly #events: EventHooks;
  readonly #transaction: Transaction | undefined;
  readonly #collections: CollectionCache;
  readonly auth: AuthService;
  readonly mail: MailService;

  constructor(options: AppOptions) {
    const view = VIEWS.get(options);
    this.#shared = view ? view.of.#shared : newShared(completeConfig(options));
    this.#events = view?.events ?? createHooks();
    this.#transaction = view?.transaction;
    this.#collections =
      view?.transaction?.collections ?? (view ? view.of.#collections : new CollectionCache());
    this.auth = view ? view.of.auth.within(this) : new AuthService(this);
    this.mail = new MailService(this);
    if (!view) for (const register of features) register(this);
  }

  get config(): AppConfig {
    return this.#shared.config;
  }

  /** The hooks themselves, for triggering. */
  get events(): EventHooks {
    return this.#events;
  }

  get logger(): Logger {
    return this.#shared.logger;
  }

  /** Anything a feature or an extension wants to keep while the app runs. */
  get store(): Map<string, unknown> {
    return this.#shared.store;
  }

  get crons(): CronTable {
    return this.#shared.crons;
  }

  /** The command line's, besides the engine's own. */
  get commands(): CommandTable {
    return this.#shared.commands;
  }

  get files(): FileStorage {
    return this.#shared.files;
  }

  /** The ordered log of record changes. */
  get changes(): Changes {
    return this.#shared.changes;
  }

  /** The connected realtime clients. */
  get realtime(): RealtimeService {
    return this.#shared.realtime;
  }

  /** Append-only tables of extensions that are no collections. */
  get privateTables(): PrivateTables {
    return this.#shared.privateTables;
  }

  get collections(): CollectionCache {
    return this.#collections;
  }

  /** data.db; inside a transaction, that transaction. */
  get db(): Database {
    return this.#transaction?.db ?? this.#open.data;
  }

  /** auxiliary.db, which holds the logs. */
  get auxDb(): Database {
    return this.#open.auxiliary;
  }

  /** The files under `db` and `auxDb`, for maintenance and counters. */
  get databaseFiles(): DatabaseFiles {
    return this.#open;
  }

  /** The present settings; change a copy and save it (`settings/store.ts`). */
  get settings(): SettingsData {
    return this.#shared.settings;
  }

  set settings(settings: SettingsData) {
    this.#shared.settings = settings;
  }

  /** Rules as operations: what the nouns left of records need of them. */
  readonly rules = {
    /** @throws Error with a message for the rule's author */
    compile: (collection: Collection, rule: string): void => compileRule(this, collection, rule),
    matches: async (record: RecordModel, rule: Rule, info: RequestInfo): Promise<boolean> => {
      if (hasSuperuserAuth(info)) return true;
      if (rule === null) return false;
      return rule === "" || matchesRule(this, record, rule, info);
    },
  };

  // Lifecycle

  /**
   * Opens the data folder: databases, system migrations, collections, settings. An open one is closed first.
   *
   * @throws Error with a sentence when the folder cannot be used
   */
  async bootstrap(): Promise<void> {
    const event = new BootstrapEvent(this);
    await this.events.onBootstrap.trigger(event, async () => {
      await this.clearBootstrap();
      await openSwapped(this.config.dataDir, {
        open: () => this.#openFolder(),
        close: () => this.#closeDatabases(),
        refused: (error) =>
          this.logger.error("the restored backup cannot be used, the data is as before", { error }),
      });
    });
  }

  get isBootstrapped(): boolean {
    return this.#shared.databases !== undefined;
  }

  /** Closes what `bootstrap` has opened; does nothing when nothing is open. */
  async clearBootstrap(): Promise<void> {
    if (!this.isBootstrapped) return;
    await this.events.onBootstrapClear.trigger(new BootstrapEvent(this), async () => {
      this.crons.stop();
      this.auth.tokens.forgetAll();
      await this.#closeDatabases();
    });
  }

  /** PocketBase's old name of `clearBootstrap`. */
  resetBootstrapState(): Promise<void> {
    return this.clearBootstrap();
  }

  /** Makes the routes, those of extensions included. Called once, after `bootstrap`. */
  async router(): Promise<Router> {
    if (!this.#shared.router) {
      const router = new Router();
      await this.events.onServe.trigger(new ServeEvent(this, router));
      this.#shared.router = router;
    }
    return this.#shared.router;
  }

  /** Closes everything in the reverse order; the app cannot be used afterwards. */
  async terminate(isRestart = false): Promise<void> {
    const event = new TerminateEvent(this, isRestart);
    await this.events.onTerminate.trigger(event, () => this.clearBootstrap());
  }

  /**
   * Ends this app and starts a new one in its place (PocketBase: restart). Who runs the app does that; where nobody
   * does, it is closed and opened again.
   */
  async restart(): Promise<void> {
    const { restarter } = this.#shared;
    if (restarter) return restarter();
    await this.terminate(true);
    await this.bootstrap();
  }

  /** For whoever runs the app: what `restart` is to do. */
  restartBy(restarter: () => Promise<void>): void {
    this.#shared.restarter = restarter;
  }

  /**
   * Makes a backup of the data folder while everything goes on.
   *
   * @param name of the backup, `name.zip`; made up when empty. One of the same name is replaced
   * @throws Error when one is being made or restored already, and when it fails
   */
  createBackup(name = ""): Promise<void> {
    return createBackup(this, name);
  }

  /**
   * Puts a backup in the place of the data and restarts. The folder holds the old data or the backup's, whatever
   * happens.
   *
   * @throws Error when one is being made or restored already, and when this one cannot be used
   */
  restoreBackup(name: string): Promise<void> {
    return restoreBackup(this, name);
  }

  /**
   * The same app without any handler, neither the engine's nor anybody's. Unsafe: checks of records, dates,
   * sealed passwords, stored files, cascades and realtime all come of handlers. What is written is what was set.
   */
  unsafeWithoutHooks(): App {
    const transaction = this.#transaction && {
      ...this.#transaction,
      outer: this.#transaction.outer.unsafeWithoutHooks(),
    };
    const bare = this.#view({ of: this, transaction, events: createHooks() });
    for (const bind of upkeep) bind(bare);
    return bare;
  }

  // Transactions

  get isTransaction(): boolean {
    return this.#transaction !== undefined;
  }

  /**
   * Runs work whose writes are committed together or not at all. Inside a transaction it joins that one.
   * Work only with the `tx` app inside: using the outer app to write there is an error. Never wait for the
   * network inside.
   */
  async runInTransaction<T>(
    work: (tx: App) => Promise<T>,
    options: WriteOptions = { exclusive: true },
  ): Promise<T> {
    if (this.#transaction) return work(this);
    const before: (() => Promise<void>)[] = [];
    const after: AfterTransaction[] = [];
    let value: T | undefined;
    const failure: { error?: unknown } = {};
    try {
      value = await this.#open.data.write(async (db) => {
        const tx = this.#within({
          db,
          outer: this,
          collections: this.collections.fork(),
          before,
          after,
        });
        const result = await work(tx);
        for (const callback of before) await callback();
        return result;
      }, options);
    } catch (error) {
      failure.error = error;
    }
    await this.#complete(after, failure);
    return value as T;
  }

  /** All of them run, whatever becomes of the others. @throws with what the transaction itself ended with */
  async #complete(
    callbacks: readonly AfterTransaction[],
    failure: { readonly error?: unknown },
  ): Promise<void> {
    const errors: unknown[] = "error" in failure ? [failure.error] : [];
    for (const callback of callbacks) {
      try {
        await callback(this, failure.error);
      } catch (error) {
        if (errors.length > 0)
          this.logger.error("one more failure at the end of a transaction", { error });
        errors.push(error);
      }
    }
    if (errors.length > 0) throw leadingError(errors);
  }

  /** Adds something to do once this transaction has ended (PocketBase: TxInfo.OnComplete). */
  afterTransaction(callback: AfterTransaction): void {
    if (!this.#transaction) throw new Error("afterTransaction is for the app inside a transaction");
    const { after, outer } = this.#transaction;
    // With this app's own hooks or lack of them, whoever began the transaction.
    after.push((_, error) => callback(outer, error));
  }

  /** Adds something to do when the work of this transaction is done, before it is committed. */
  beforeCommit(callback: () => Promise<void>): void {
    if (!this.#transaction) throw new Error("beforeCommit is for the app inside a transaction");
    this.#transaction.before.push(callback);
  }

  // Collections and records

  /** @throws NotFoundError @param idOrName the id, or the name in any case */
  findCollection(idOrName: string): Collection {
    const collection = this.collections.find(idOrName);
    if (!collection) throw new NotFoundError(`no collection ${JSON.stringify(idOrName)}`);
    return collection;
  }

  newRecord(
    collection: Collection | string,
    values: Readonly<Record<string, unknown>> = {},
  ): RecordModel {
    const record = new RecordModel(this.#collection(collection));
    record.load(values);
    return record;
  }

  /** @throws NotFoundError */
  async findRecordById(collection: Collection | string, id: string): Promise<RecordModel> {
    const record = await findRecord(this, this.#collection(collection), id);
    if (!record) throw new NotFoundError();
    return record;
  }

  /** The records that exist, in no particular order, in one query. */
  findRecordsByIds(
    collection: Collection | string,
    ids: readonly string[],
  ): Promise<RecordModel[]> {
    return findRecords(this, this.#collection(collection), ids);
  }

  /**
   * @param filter an expression with `{:name}` placeholders, filled from `options.params`
   * @throws Error when the filter is wrong
   */
  findRecordsByFilter(
    collection: Collection | string,
    filter: string,
    options: FindOptions = {},
  ): Promise<RecordModel[]> {
    return findRecordsByFilter(this, this.#collection(collection), filter, options);
  }

  /** @throws NotFoundError when none matches */
  findFirstRecordByFilter(
    collection: Collection | string,
    filter: string,
    params: FilterValues = {},
  ): Promise<RecordModel> {
    return findFirstRecordByFilter(this, this.#collection(collection), filter, params);
  }

  countRecords(
    collection: Collection | string,
    filter = "",
    params: FilterValues = {},
  ): Promise<number> {
    return countRecords(this, this.#collection(collection), filter, params);
  }

  /**
   * Validates and saves a record, a collection or settings, through all hooks.
   *
   * @throws ValidationError
   */
  save(model: Model): Promise<void> {
    return this.#save(model, true);
  }

  saveNoValidate(model: Model): Promise<void> {
    return this.#save(model, false);
  }

  async validate(model: Model): Promise<void> {
    if (model instanceof RecordModel) return validateRecord(this, model);
    if (model instanceof Collection) return validateCollection(this, model);
    throw new Error(`${model.tableName} has no validation of its own`);
  }

  /** Deletes a record or a collection, through all hooks. */
  async delete(model: Model): Promise<void> {
    if (model instanceof RecordModel) return deleteRecord(this, model);
    if (model instanceof Collection) return deleteCollection(this, model);
    throw new Error(`${model.tableName} cannot be deleted`);
  }

  /**
   * Sees to it that what other processes wrote to the folder is known. Asked at the start of every request.
   *
   * @returns undefined when nothing was written
   */
  noticeForeignChanges(): Promise<void> | undefined {
    return this.#transaction ? undefined : this.#open.data.noticeForeignChange();
  }

  /** For the activity log: one request that has ended. */
  logRequest({ level, message, data }: RequestLogEntry): void {
    this.logger[level](message, data);
  }

  /** Runs one statement of an extension's own (compiled by kysely, or `{ sql, parameters }`). */
  query<T = Record<string, unknown>>(statement: Statement): Promise<T[]> {
    return this.db.all<T>(statement);
  }

  #save(model: Model, validate: boolean): Promise<void> {
    if (model instanceof RecordModel) return saveRecord(this, model, { validate });
    if (model instanceof Collection) return saveCollection(this, model, { validate });
    if (model instanceof Settings) return saveSettings(this, model, settingsParsers);
    return Promise.reject(new Error(`${model.tableName} cannot be saved`));
  }

  #collection(collection: Collection | string): Collection {
    return typeof collection === "string" ? this.findCollection(collection) : collection;
  }

  #within(transaction: Transaction): App {
    return this.#view({ of: this, transaction, events: this.events });
  }

  #view(view: View): App {
    const options: AppOptions = { dataDir: this.config.dataDir };
    VIEWS.set(options, view);
    return new App(options);
  }

  get #open(): DatabaseFiles {
    const { databases } = this.#shared;
    if (!databases) throw new Error("the app is not bootstrapped, or was terminated");
    return databases;
  }

  async #openFolder(): Promise<void> {
    this.#shared.databases = await openDatabases(this.config, () => this.#reload());
    await runSystemMigrations(this.#open.data, this.#open.auxiliary);
    await this.collections.load(this.db);
    if (!(await hasSettings(this))) await this.save(new Settings(defaultSettings(), true));
    await loadSettings(this);
    this.#shared.stamps = await readStamps(this.db);
  }

  async #closeDatabases(): Promise<void> {
    const { databases } = this.#shared;
    this.#shared.databases = undefined;
    await databases?.data.close();
    await databases?.auxiliary.close();
  }

  /** Another process has written to the folder: what is remembered of it may be wrong. */
  async #reload(): Promise<void> {
    this.auth.tokens.forgetAll();
    this.auth.extras.forget();
    const { collections, settings } = await readStamps(this.db);
    if (collections !== this.#shared.stamps.collections) await this.collections.load(this.db);
    if (settings !== this.#shared.stamps.settings) await loadSettings(this);
    this.#shared.stamps = { collections, settings };
  }
}

defineGetters(App.prototype);

/** How a view reaches the constructor without being part of the public options. */
const VIEWS = new WeakMap<AppOptions, View>();
