import type { App } from "../app.ts";
import { bindRecordHooks } from "./hooks.ts";
import { addRecordRoutes } from "./routes.ts";

export function registerRecords(app: App): void {
  bindRecordHooks(app);
  app.onServe().bindFunc((event) => {
    addRecordRoutes(event.router);
    return event.next();
  });
}
