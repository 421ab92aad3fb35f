import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** An idle connection may still bring a request for this long; it is answered, and told that it was the last. */
const IDLE_GRACE_MS = 100;
/** How long running requests may still take once the end has begun. */
const SHUTDOWN_MS = 1000;

/** Answers the requests of connections that somebody else has accepted. */
export class Acceptor {
  readonly #server: Server;
  /** Open connections, and how many requests each is waiting for. */
  readonly #open = new Map<Socket, number>();
  #isEnding = false;
  #closing: Promise<void> | undefined;
  #emptied: (() => void) | undefined;

  /** @param server does not listen itself */
  constructor(server: Server) {
    this.#server = server;
    server.prependListener("request", (request: IncomingMessage, response: ServerResponse) =>
      this.#follow(request.socket, response),
    );
  }

  accept(socket: Socket): void {
    this.#open.set(socket, 0);
    // As Node's own server sets the sockets that it accepts.
    socket.setNoDelay(true);
    socket.allowHalfOpen = true;
    socket.once("close", () => {
      this.#open.delete(socket);
      if (this.#open.size === 0) this.#emptied?.();
    });
    this.#server.emit("connection", socket);
  }

  /**
   * Lets running requests finish for a second and idle connections bring a last one, so that no client that
   * uses its connection without a break sees it fail. Settles when all are closed; calling it again waits for
   * the same end.
   */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    this.#isEnding = true;
    if (this.#open.size === 0) return;
    const empty = new Promise<void>((resolve) => (this.#emptied = resolve));
    const idle = setTimeout(() => this.#closeIdle(), IDLE_GRACE_MS);
    const rest = setTimeout(() => this.#closeAll(), SHUTDOWN_MS);
    await empty;
    clearTimeout(idle);
    clearTimeout(rest);
  }

  #follow(socket: Socket, response: ServerResponse): void {
    this.#open.set(socket, (this.#open.get(socket) ?? 0) + 1);
    if (this.#isEnding) response.setHeader("connection", "close");
    response.once("close", () => {
      const running = this.#open.get(socket);
      if (running !== undefined) this.#open.set(socket, running - 1);
      if (this.#isEnding && running === 1) socket.end();
    });
  }

  #closeIdle(): void {
    for (const [socket, running] of this.#open) if (running === 0) socket.end();
  }

  #closeAll(): void {
    for (const socket of this.#open.keys()) socket.destroy();
  }
}
