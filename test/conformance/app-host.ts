/**
 * Serves the data folder of each recorded scenario from one process. A program of its own for each, as the
 * recordings' runner starts, spends nearly all its time on reading the engine again; that `serve` answers alike is
 * seen by the recorded queries.
 */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { parseCommandLine } from "../../src/cli/flags.ts";
import { serverOptions } from "../../src/cli/folders.ts";
import { createApp } from "../../src/embed.ts";

export interface AppHost {
  /** Where `hosted-app-child.ts` asks for apps, on the loopback address. */
  readonly port: number;
  /** Resolves when the last app has ended. */
  close(): Promise<void>;
}

/** The runner removes a folder as soon as it has killed its program: nobody may be tidying up there then. */
const FOLDER_GOES_MS = 1000;

/** An app lives as long as the connection that asked for it. */
export async function startAppHost(): Promise<AppHost> {
  const lives = new Set<Promise<void>>();
  const server = createServer((socket) => {
    const life = serveWhileOpen(socket).catch((error: unknown) => void socket.end(`${error}\n`));
    lives.add(life);
    void life.finally(() => lives.delete(life));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      await Promise.all(lives);
    },
  };
}

async function serveWhileOpen(socket: Socket): Promise<void> {
  const closed = new Promise((resolve) => void socket.on("error", () => {}).on("close", resolve));
  const [words] = (await once(socket.setEncoding("utf8"), "data")) as [string];
  const line = parseCommandLine(JSON.parse(words) as string[]);
  const server = createApp(serverOptions(line));
  await server.listen({ http: line.flags["http"] ?? "" });
  await closed;
  await wait(FOLDER_GOES_MS);
  await server.stop();
}
