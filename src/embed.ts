import { App } from "./app.ts";
import { installerToken } from "./auth/superusers.ts";
import type { AppOptions } from "./config.ts";
import { type Extension, loadExtensions } from "./extensions/load.ts";
import { runAppMigrations } from "./extensions/migrations.ts";
import type { Acceptor } from "./http/acceptor.ts";
import { addressUrl, parseAddress } from "./http/address.ts";
import { createAcceptor, createFetch, listen } from "./http/server.ts";

export interface ServerOptions extends AppOptions {
  /** Extensions given as functions; run in order, before those of `hooksDir`. */
  readonly extensions?: readonly Extension[];
  /** Folder of extensions: files and folders, loaded in name order. None when absent. */
  readonly hooksDir?: string;
  /** Folder of the app's migrations, run before extensions serve. None when absent. */
  readonly migrationsDir?: string;
}

export interface ListenOptions {
  /** `host:port`; port 0 takes a free one. */
  readonly http: string;
}

/** What was loaded, for the one who starts the server. */
export interface StartReport {
  readonly extensions: readonly string[];
  readonly migrations: readonly string[];
  /** What extensions have to say to them. */
  readonly notes: readonly string[];
}

type Prepared = Omit<StartReport, "notes">;

/**
 * A server inside any Node program: no process exit, no signal handlers, no globals; several live in one
 * process.
 */
export interface Server {
  readonly app: App;
  /**
   * The first half of a start: loads extensions, opens the data folder and runs migrations. Another server may
   * still serve the folder. Safe to call again.
   */
  prepare(): Promise<void>;
  /** Opens the data folder, runs migrations, loads extensions and makes the routes. Safe to call again. */
  start(): Promise<StartReport>;
  /** Answers one request without a socket. Starts the server when it is not. */
  fetch(request: Request): Promise<Response>;
  /** Starts and listens; returns the address as `http://host:port`. */
  listen(options: ListenOptions): Promise<string>;
  /** Starts, and answers connections that the program has accepted itself. */
  acceptor(): Promise<Acceptor>;
  /** A link's token for creating the first superuser; undefined when there is one. */
  installerToken(): Promise<string | undefined>;
  /** Ends running requests, closes the databases. @param options.isRestart is what `onTerminate` is told */
  stop(options?: { readonly isRestart?: boolean }): Promise<void>;
}

/**
 * Makes a server on a data folder.
 *
 * @example
 * const server = createApp({ dataDir: "pb_data", extensions: [(app) => { app.onServe().bindFunc(…) }] });
 * console.log(await server.listen({ http: "127.0.0.1:8090" }));
 */
export function createApp(options: ServerOptions): Server {
  return new AppServer(options);
}

class AppServer implements Server {
  readonly app: App;
  readonly #options: ServerOptions;
  #prepared: Promise<Prepared> | undefined;
  #started: Promise<StartReport> | undefined;
  #answer: ((request: Request) => Promise<Response>) | undefined;
  readonly #open: { close(): Promise<void> }[] = [];

  constructor(options: ServerOptions) {
    const {
      extensions: _extensions,
      hooksDir: _hooks,
      migrationsDir: _migrations,
      ...config
    } = options;
    this.#options = options;
    this.app = new App(config);
  }

  async prepare(): Promise<void> {
    await this.#prepare();
  }

  start(): Promise<StartReport> {
    this.#started ??= this.#start();
    return this.#started;
  }

  async fetch(request: Request): Promise<Response> {
    await this.start();
    return this.#answer!(request);
  }

  async listen({ http }: ListenOptions): Promise<string> {
    await this.start();
    const asked = parseAddress(http);
    const listener = await listen(this.app, await this.app.router(), asked);
    this.#open.push(listener);
    return addressUrl({ host: asked.host, port: listener.port });
  }

  async acceptor(): Promise<Acceptor> {
    await this.start();
    const acceptor = createAcceptor(this.app, await this.app.router());
    this.#open.push(acceptor);
    return acceptor;
  }

  async installerToken(): Promise<string | undefined> {
    await this.start();
    return installerToken(this.app);
  }

  async stop({ isRestart = false } = {}): Promise<void> {
    const closed = Promise.all(this.#open.splice(0).map((each) => each.close()));
    // Event streams never end by themselves.
    this.app.realtime.disconnectAll();
    await closed;
    await (this.#started ?? this.#prepared)?.catch(() => undefined);
    await this.app.terminate(isRestart);
  }

  #prepare(): Promise<Prepared> {
    this.#prepared ??= this.#load();
    return this.#prepared;
  }

  async #load(): Promise<Prepared> {
    const { app } = this;
    const { extensions = [], hooksDir, migrationsDir } = this.#options;
    // Extensions come first, as in PocketBase: their handlers see the bootstrap and the migrations too.
    for (const extension of extensions) await extension(app);
    const loaded = hooksDir ? await loadExtensions(app, hooksDir) : [];
    await app.bootstrap();
    const migrations = migrationsDir ? await runAppMigrations(app, migrationsDir) : [];
    return { extensions: loaded, migrations };
  }

  async #start(): Promise<StartReport> {
    const { app } = this;
    const prepared = await this.#prepare();
    let notes: readonly string[] = [];
    app.onServe().bindFunc((event) => {
      notes = event.notes;
      return event.next();
    });
    this.#answer = createFetch(app, await app.router());
    app.crons.start();
    return { ...prepared, notes };
  }
}
