import type { App } from "../app.ts";
import { addBatchRoutes } from "./routes.ts";

export function registerBatch(app: App): void {
  app.onServe().bindFunc((event) => {
    addBatchRoutes(event.router);
    return event.next();
  });
}
