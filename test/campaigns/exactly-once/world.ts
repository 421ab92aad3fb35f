import { type ServerCommand, type ServerProcess, startServer } from "../server-process.ts";

/** The server under test, which is killed and started again while people use it. */
export class World {
  readonly #command: ServerCommand;
  #server: ServerProcess | undefined;
  #isUp = Promise.withResolvers<string>();

  /** @param command with a port: vendors know the server by its address */
  constructor(command: ServerCommand & { readonly port: number }) {
    this.#command = command;
  }

  /** @returns the address of the present server, as soon as there is one that people may use */
  up(): Promise<string> {
    return this.#isUp.promise;
  }

  /** @param prepare what has to happen before people may use it */
  async start(prepare: (url: string) => Promise<void>): Promise<void> {
    this.#server = await startServer(this.#command);
    await prepare(this.#server.url);
    this.#isUp.resolve(this.#server.url);
  }

  async kill(): Promise<void> {
    this.#isUp = Promise.withResolvers();
    await this.#server?.kill();
  }

  async stop(): Promise<void> {
    this.#isUp = Promise.withResolvers();
    await this.#server?.stop();
  }
}
