import { createApp } from "../embed.ts";
import { buildPagesWhenStale } from "./built-pages.ts";
import { announce, outliveLateErrors, printLog } from "./terminal.ts";
import { isOn, parseCommandLine } from "./flags.ts";
import { serverOptions } from "./folders.ts";
import { runAgain } from "./run-again.ts";
import { UsageError } from "./usage.ts";
import { superviseServer } from "./watch/supervisor.ts";

const DEFAULT_HTTP = "127.0.0.1:8090";

/** Starts the server and keeps it until SIGINT or SIGTERM. */
export async function serve(words: readonly string[]): Promise<void> {
  const line = parseCommandLine(words);
  if (line.words.length > 0) {
    throw new UsageError(
      "serve with a domain (automatic TLS) is not built yet: put a TLS proxy in front.",
    );
  }
  const options = serverOptions(line);
  const http = line.flags["http"] ?? DEFAULT_HTTP;
  if (options.adminDir === undefined) await buildPagesWhenStale();
  const stopped = waitForSignal();
  if (isOn(line.flags["hooksWatch"], isOn(line.flags["dev"], false))) {
    await superviseServer({ words, http, options, stopped });
    return;
  }
  const server = createApp({ ...options, extensions: [printLog], restartProgram: runAgain });
  outliveLateErrors(server);
  const report = await server.start();
  const url = await server.listen({ http });
  await announce(server, { url, report });
  await stopped;
  await server.stop();
}

function waitForSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}
