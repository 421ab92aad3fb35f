import type { App } from "../app.ts";
import { addCronRoutes } from "./routes.ts";

export function registerCrons(app: App): void {
  app.crons.add("__pbDBOptimize__", "0 0 * * *", () => optimizeDatabases(app));
  app.onServe().bindFunc((event) => {
    addCronRoutes(event.router);
    return event.next();
  });
}

/** Empties the write-ahead logs and refreshes what the query planner knows; one failing step does not stop the next. */
async function optimizeDatabases(app: App): Promise<void> {
  const { data, auxiliary } = app.databaseFiles;
  const steps = [() => data.checkpoint(), () => auxiliary.checkpoint(), () => data.optimize()];
  for (const step of steps) {
    await step().catch((error: unknown) =>
      app.logger.warn("periodic database maintenance failed", { error }),
    );
  }
}
