import type { App } from "../app.ts";
import { query } from "../db/kysely.ts";
import { formatDate } from "../lib/date.ts";
import { addLogRoutes } from "./routes.ts";
import { LogWriter } from "./writer.ts";

const DAY_MS = 86_400_000;

export function registerLogs(app: App): void {
  const writer = new LogWriter(app);
  app.logger.addSink((level, message, data) => writer.add(level, message, data));
  app.onTerminate().bind({
    id: "__pbAppLoggerOnTerminate__",
    priority: -999,
    func: async (event) => {
      await writer.flush();
      await event.next();
    },
  });
  app.onBootstrapClear().bind({
    // What is said while the app ends, by requests that were cut off among others.
    id: "genLogLastFlush",
    priority: 999,
    func: async (event) => {
      await writer.flush();
      await event.next();
    },
  });
  app.onSettingsReload().bind({
    id: "__pbAppLoggerOnSettingsReload__",
    priority: -999,
    func: async (event) => {
      await event.next();
      await deleteOldLogs(event.app);
    },
  });
  app.onServe().bindFunc((event) => {
    addLogRoutes(event.router);
    return event.next();
  });
  app.crons.add("__pbLogsCleanup__", "0 */6 * * *", () => deleteOldLogs(app));
}

/** Deletes what the settings do not want kept; with no days to keep the file shrinks, too. */
async function deleteOldLogs(app: App): Promise<void> {
  const { maxDays, minLevel } = app.settings.logs;
  const oldest = formatDate(Date.now() - maxDays * DAY_MS);
  const { changes } = await app.auxDb.run(
    query
      .deleteFrom("_logs")
      .where((eb) => eb.or([eb("created", "<=", oldest), eb("level", "<", minLevel)]))
      .compile(),
  );
  if (maxDays === 0 && changes > 0) await app.databaseFiles.auxiliary.vacuum();
}
