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
  /**
   * Restarts the whole program when the app is to be restarted (after a backup was restored): stops the server and
   * never returns. When it returns, and when absent, a new app starts within the program.
   */
  readonly restartProgram?: (server: Server) => Promise<void>;
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
  /** Another one after each restart. */
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
  acceptor(): Promise<Pick<Acceptor, "accept">>;
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

/** A way for requests to come in. */
interface Door {
  close(): Promise<void>;
  /** The same way to the app of now. */
  reopen(): Promise<void>;
}

class AppServer implements Server {
  readonly #options: ServerOptions;
  readonly #doors: Door[] = [];
  #app: App;
  #prepared: Promise<Prepared> | undefined;
  #started: Promise<StartReport> | undefined;
  #answer: ((request: Request) => Promise<Response>) | undefined;
  #isStopped = false;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#app = this.#newApp();
  }

  get app(): App {
    return this.#app;
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
    let listener = await listen(this.app, await this.app.router(), asked);
    const address = { host: asked.host, port: listener.port };
    this.#doors.push({
      close: () => listener.close(),
      reopen: async () => {
        listener = await listen(this.app, await this.app.router(), address);
      },
    });
    return addressUrl(address);
  }

  async acceptor(): Promise<Pick<Acceptor, "accept">> {
    await this.start();
    let acceptor = createAcceptor(this.app, await this.app.router());
    this.#doors.push({
      close: () => acceptor.close(),
      reopen: async () => {
        acceptor = createAcceptor(this.app, await this.app.router());
      },
    });
    return { accept: (socket) => acceptor.accept(socket) };
  }

  async installerToken(): Promise<string | undefined> {
    await this.start();
    return installerToken(this.app);
  }

  async stop({ isRestart = false } = {}): Promise<void> {
    this.#isStopped = true;
    const closed = Promise.all(this.#doors.map((door) => door.close()));
    // Event streams never end by themselves.
    this.app.realtime.disconnectAll();
    await closed;
    await (this.#started ?? this.#prepared)?.catch(() => undefined);
    await this.app.terminate(isRestart);
  }

  async #restart(): Promise<void> {
    await this.#options.restartProgram?.(this);
    const problem = await this.#end();
    this.#app = this.#newApp();
    this.#prepared = undefined;
    this.#started = undefined;
    this.#isStopped = false;
    await this.start();
    for (const door of this.#doors) await door.reopen();
    if (problem !== undefined)
      this.app.logger.error("the app did not end cleanly before its restart", { error: problem });
  }

  /** A handler of the end that fails must not leave the program without an app. @returns its error */
  async #end(): Promise<unknown> {
    if (this.#isStopped) return undefined;
    try {
      await this.stop({ isRestart: true });
      return undefined;
    } catch (error) {
      await this.app.clearBootstrap();
      return error;
    }
  }

  #newApp(): App {
    const {
      extensions: _extensions,
      hooksDir: _hooks,
      migrationsDir: _migrations,
      restartProgram: _restart,
      ...config
    } = this.#options;
    const app = new App(config);
    app.restartBy(() => this.#restart());
    return app;
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
