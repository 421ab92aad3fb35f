import { createApp } from "../embed.ts";
import { terminalSink } from "../logs/logger.ts";
import { parseCommandLine } from "./flags.ts";
import { serverOptions } from "./folders.ts";
import { UsageError } from "./usage.ts";

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
  const server = createApp(options);
  server.app.logger.addSink(terminalSink(options.dev ?? false));
  const stopped = waitForSignal();
  // Code of an extension that fails long after its request was answered must not end the server.
  process.on("unhandledRejection", (error) =>
    server.app.logger.error("unhandled rejection", { error }),
  );
  process.on("uncaughtException", (error) =>
    server.app.logger.error("uncaught exception", { error }),
  );
  const report = await server.start();
  const url = await server.listen({ http: line.flags["http"] ?? DEFAULT_HTTP });
  console.log(`Server started at ${url}`);
  console.log(`├─ REST API:  ${url}/api/`);
  console.log(`├─ Admin UI:  ${url}/_/`);
  console.log(`├─ data:      ${options.dataDir}`);
  if (report.migrations.length > 0) console.log(`├─ migrated:  ${report.migrations.join(", ")}`);
  console.log(
    `└─ extensions: ${report.extensions.length > 0 ? report.extensions.join(", ") : "none"}`,
  );
  for (const note of report.notes) console.log(note);
  const token = await server.installerToken();
  if (token) {
    console.log(`\nCreate the first superuser: ${url}/_/#/pbinstall/${token}`);
    console.log("(or on the command line: npm run superuser -- upsert EMAIL PASS)");
  }
  await stopped;
  await server.stop();
}

function waitForSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}
