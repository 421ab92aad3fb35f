import { App } from "./app.ts";
import { installerToken } from "./auth/superusers.ts";
import type { AppOptions } from "./config.ts";
import { type Extension, loadExtensions } from "./extensions/load.ts";
import { runAppMigrations } from "./extensions/migrations.ts";
import { createFetch, listen, type Listener } from "./http/server.ts";

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

/**
 * A server inside any Node program: no process exit, no signal handlers, no globals; several live in one
 * process.
 */
export interface Server {
  readonly app: App;
  /** Opens the data folder, runs migrations, loads extensions and makes the routes. Safe to call again. */
  start(): Promise<StartReport>;
  /** Answers one request without a socket. Starts the server when it is not. */
  fetch(request: Request): Promise<Response>;
  /** Starts and listens; returns the address as `http://host:port`. */
  listen(options: ListenOptions): Promise<string>;
  /** A link's token for creating the first superuser; undefined when there is one. */
  installerToken(): Promise<string | undefined>;
  /** Ends running requests, closes the databases. */
  stop(): Promise<void>;
}

/**
 * Makes a server on a data folder.
 *
 * @example
 * const server = createApp({ dataDir: "pb_data", extensions: [(app) => { app.onServe().bindFunc(…) }] });
 * console.log(await server.listen({ http: "127.0.0.1:8090" }));
 */
export function createApp(options: ServerOptions): Server {
  const { extensions = [], hooksDir, migrationsDir, ...config } = options;
  const app = new App(config);
  let started: Promise<StartReport> | undefined;
  let answer: ((request: Request) => Promise<Response>) | undefined;
  const listening: Listener[] = [];

  const boot = async (): Promise<StartReport> => {
    // Extensions come first, as in PocketBase: their handlers see the bootstrap and the migrations too.
    for (const extension of extensions) await extension(app);
    const loaded = hooksDir ? await loadExtensions(app, hooksDir) : [];
    await app.bootstrap();
    const migrations = migrationsDir ? await runAppMigrations(app, migrationsDir) : [];
    let notes: readonly string[] = [];
    app.onServe().bindFunc((event) => {
      notes = event.notes;
      return event.next();
    });
    answer = createFetch(app, await app.router());
    app.crons.start();
    return { extensions: loaded, migrations, notes };
  };

  const start = () => (started ??= boot());

  return {
    app,
    start,
    async fetch(request) {
      await start();
      return answer!(request);
    },
    async listen({ http }) {
      await start();
      const asked = parseAddress(http);
      const server = await listen(app, await app.router(), asked);
      listening.push(server);
      return `http://${asked.host.includes(":") ? `[${asked.host}]` : asked.host}:${server.port}`;
    },
    async installerToken() {
      await start();
      return installerToken(app);
    },
    async stop() {
      const closed = Promise.all(listening.splice(0).map((server) => server.close()));
      // Event streams never end by themselves.
      app.realtime.disconnectAll();
      await closed;
      if (started) await started.catch(() => undefined);
      await app.terminate();
    },
  };
}

/** @throws Error with a sentence */
function parseAddress(text: string): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535)
    throw new Error(`"${text}" is no address: write host:port, for example 127.0.0.1:8090`);
  return { host: match[1] ?? (match[2] || "0.0.0.0"), port };
}
