import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import type { Answer, Notice, Order } from "./messages.ts";

const LAUNCHER = fileURLToPath(new URL("../../launch.js", import.meta.url));
/** `.ts` in a clone, `.js` in the published package. */
const PROGRAM = fileURLToPath(import.meta.url).replace(
  /server-process(\.\w+)$/,
  "served-process$1",
);
/** A server that has been told to stop has this long. */
const STOP_WITHIN_MS = 5000;

/** One serving process, from the supervisor's side. The engine is loaded while it waits for its first order. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #wantsSuccessor: Promise<void>;

  /** @param words the command line of `serve` */
  constructor(words: readonly string[]) {
    this.#child = fork(LAUNCHER, [PROGRAM, ...words]);
    this.#wantsSuccessor = new Promise((resolve) => {
      this.#child.on("message", (message: Answer | Notice) => {
        if (message.kind === "restart") resolve();
      });
    });
    this.#ended = once(this.#child, "exit").then(
      () => undefined,
      () => undefined,
    );
  }

  /** Resolves when it is gone, asked or not. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** Resolves when it wants another one in its place. */
  get wantsSuccessor(): Promise<void> {
    return this.#wantsSuccessor;
  }

  /** Loads what is in the folders now. @throws Error saying what is wrong with it */
  load(): Promise<void> {
    return this.#ask({ kind: "load" });
  }

  /** Begins to answer connections. @throws Error with what the extensions' start handlers throw */
  serve(url: string, isFirst: boolean): Promise<void> {
    return this.#ask({ kind: "serve", url, isFirst });
  }

  /** Hands on a connection of which nothing was read. */
  hand(socket: Socket): void {
    const order: Order = { kind: "connection" };
    this.#child.send(order, socket, {}, (error) => {
      if (error) socket.destroy();
    });
  }

  /** Lets running requests finish; resolves when the process is gone. */
  async stop(isRestart: boolean): Promise<void> {
    if (this.#child.connected)
      this.#child.send({ kind: "stop", isRestart } satisfies Order, () => undefined);
    const timer = setTimeout(() => this.kill(), STOP_WITHIN_MS);
    await this.#ended;
    clearTimeout(timer);
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  async #ask(order: Order): Promise<void> {
    const answered = once(this.#child, "message") as Promise<[Answer]>;
    // Settled by the end of the process when that comes first.
    answered.catch(() => undefined);
    this.#child.send(order, () => undefined);
    const reply = await Promise.race([answered.then(([answer]) => answer), this.#ended]);
    if (!reply) throw new Error("The server's process has ended.");
    if (reply.kind === "failed") throw new Error(reply.message);
  }
}
