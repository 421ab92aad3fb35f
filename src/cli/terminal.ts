import type { App } from "../app.ts";
import type { Server, StartReport } from "../embed.ts";
import { terminalSink } from "../logs/logger.ts";

/** Says on the terminal what was started and how to begin. */
export async function announce(
  server: Server,
  { url, report }: { readonly url: string; readonly report: StartReport },
): Promise<void> {
  console.log(`Server started at ${url}`);
  console.log(`├─ REST API:  ${url}/api/`);
  console.log(`├─ Admin UI:  ${url}/_/`);
  console.log(`├─ data:      ${server.app.config.dataDir}`);
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
}

/** An extension that prints the log of its app. */
export function printLog({ logger, config }: App): void {
  logger.addSink(terminalSink(config.dev));
}

/** What a program of its own does: it does not end when code of an extension fails long after its request was answered. */
export function outliveLateErrors(server: Server): void {
  process.on("unhandledRejection", (error) =>
    server.app.logger.error("unhandled rejection", { error }),
  );
  process.on("uncaughtException", (error) =>
    server.app.logger.error("uncaught exception", { error }),
  );
}
