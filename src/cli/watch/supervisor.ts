import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { basename, dirname, relative } from "node:path";
import type { ServerOptions } from "../../embed.ts";
import { addressUrl, parseAddress } from "../../http/address.ts";
import { ServerProcess } from "./server-process.ts";
import { watchFolders } from "./watch-folders.ts";

export interface SupervisedServer {
  /** The command line of `serve`, for the serving processes. */
  readonly words: readonly string[];
  /** `host:port`. */
  readonly http: string;
  readonly options: ServerOptions;
  /** Settles when everything is to end. */
  readonly stopped: Promise<void>;
}

/**
 * Serves from a process of its own and replaces that process when the extensions or the schema change. The
 * supervisor accepts all connections and hands them on, so that none is refused meanwhile. Extensions that
 * cannot be loaded leave the present process serving.
 *
 * @throws Error when the address cannot be used, or the first start fails
 */
export async function superviseServer({
  words,
  http,
  options,
  stopped,
}: SupervisedServer): Promise<void> {
  const supervisor = new Supervisor(words);
  const folders = watchedFolders(options);
  const watching = watchFolders(folders, (path) => supervisor.replace(path));
  try {
    await supervisor.start(http);
    if (folders.length > 0) console.log(`Watching ${folders.join(" and ")}`);
    await stopped;
  } finally {
    watching.close();
    await supervisor.stop();
  }
}

function watchedFolders({ hooksDir, migrationsDir }: ServerOptions): string[] {
  const schema =
    migrationsDir && basename(dirname(migrationsDir)) === "schema"
      ? dirname(migrationsDir)
      : migrationsDir;
  return [...new Set([hooksDir, schema])].filter((folder) => folder !== undefined);
}

class Supervisor {
  readonly #words: readonly string[];
  readonly #server: Server;
  /** Connections that came while nobody could take them. */
  #waiting: Socket[] = [];
  #serving: ServerProcess | undefined;
  /** Has the engine loaded and waits for its turn: half of a start is done before the change. */
  #spare: ServerProcess | undefined;
  #url = "";
  /** The change that was not looked at yet. */
  #changed: string | undefined;
  #replacing: Promise<void> | undefined;
  #isStarted = false;
  #isEnding = false;
  /** Nothing serves and nothing will until the next change. */
  #isDown = false;

  constructor(words: readonly string[]) {
    this.#words = words;
    this.#server = createServer({ pauseOnConnect: true }, (socket) => this.#accept(socket));
  }

  async start(http: string): Promise<void> {
    const asked = parseAddress(http);
    this.#server.listen(asked.port, asked.host);
    await once(this.#server, "listening");
    const { port } = this.#server.address() as AddressInfo;
    this.#url = addressUrl({ host: asked.host, port });
    const first = new ServerProcess(this.#words);
    this.#spare = first;
    await first.load();
    await first.serve(this.#url, true);
    this.#take(first);
    this.#isStarted = true;
    if (this.#changed !== undefined) this.replace(this.#changed);
  }

  /** Something has changed at `path`. */
  replace(path: string): void {
    this.#changed = path;
    if (!this.#isStarted) return;
    this.#replacing ??= this.#replaceWhileChanging().finally(() => (this.#replacing = undefined));
  }

  async stop(): Promise<void> {
    this.#isEnding = true;
    this.#server.close();
    for (const socket of this.#waiting.splice(0)) socket.destroy();
    this.#spare?.kill();
    await this.#replacing;
    await this.#serving?.stop(false);
  }

  async #replaceWhileChanging(): Promise<void> {
    while (this.#changed !== undefined && !this.#isEnding) {
      const path = this.#changed;
      this.#changed = undefined;
      await this.#replaceOnce(path);
    }
  }

  async #replaceOnce(path: string): Promise<void> {
    const started = performance.now();
    const next = this.#next();
    try {
      await next.load();
    } catch (error) {
      this.#discard(next, error, this.#isDown ? NOTHING_SERVES : "The server goes on as it was.");
      return;
    }
    // What was loaded is out of date already.
    if (this.#changed !== undefined || this.#isEnding) return this.#discard(next);
    const previous = this.#serving;
    this.#serving = undefined;
    await previous?.stop(true);
    try {
      await next.serve(this.#url, false);
    } catch (error) {
      this.#isDown = true;
      this.#discard(next, error, NOTHING_SERVES);
      return this.#refuseWaiting();
    }
    this.#take(next);
    const milliseconds = Math.round(performance.now() - started);
    console.log(`Restarted in ${milliseconds} ms: ${relative(process.cwd(), path)} has changed`);
  }

  /** A serving process wants another one in its place: connections wait for it. */
  async #succeed(previous: ServerProcess): Promise<void> {
    if (this.#serving !== previous || this.#isEnding) return;
    this.#serving = undefined;
    await previous.stop(true);
    const next = this.#next();
    try {
      await next.load();
      await next.serve(this.#url, false);
    } catch (error) {
      this.#isDown = true;
      this.#discard(next, error, NOTHING_SERVES);
      return this.#refuseWaiting();
    }
    this.#take(next);
    console.log("Restarted");
  }

  #next(): ServerProcess {
    this.#spare ??= new ServerProcess(this.#words);
    return this.#spare;
  }

  #discard(process: ServerProcess, error?: unknown, consequence = ""): void {
    if (error !== undefined && !this.#isEnding) {
      console.error(`${error instanceof Error ? error.message : String(error)}\n${consequence}`);
    }
    process.kill();
    this.#spare = this.#isEnding ? undefined : new ServerProcess(this.#words);
  }

  /** From now on this one serves. */
  #take(process: ServerProcess): void {
    this.#serving = process;
    this.#isDown = false;
    for (const socket of this.#waiting.splice(0)) process.hand(socket);
    this.#spare = this.#isEnding ? undefined : new ServerProcess(this.#words);
    void process.wantsSuccessor.then(() => {
      const before = this.#replacing ?? Promise.resolve();
      this.#replacing = before
        .then(() => this.#succeed(process))
        .then(() => this.#replaceWhileChanging())
        .finally(() => (this.#replacing = undefined));
    });
    void process.ended.then(() => {
      if (this.#serving !== process || this.#isEnding) return;
      this.#serving = undefined;
      this.#isDown = true;
      console.error(`The server has ended by itself. ${NOTHING_SERVES}`);
    });
  }

  #accept(socket: Socket): void {
    socket.on("error", () => undefined);
    if (this.#serving) this.#serving.hand(socket);
    else if (this.#isDown) refuse(socket);
    else this.#waiting.push(socket);
  }

  #refuseWaiting(): void {
    for (const socket of this.#waiting.splice(0)) refuse(socket);
  }
}

const NOTHING_SERVES = "Nothing is served until the next change.";

/** What clients are told while there is nothing that could answer them. */
const NOT_SERVING = "The server waits for a change: its extensions could not be started.\n";

function refuse(socket: Socket): void {
  socket.end(
    `HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${NOT_SERVING.length}\r\nConnection: close\r\n\r\n${NOT_SERVING}`,
  );
}
