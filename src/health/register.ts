import type { App } from "../app.ts";
import { addHealthRoutes } from "./routes.ts";

export function registerHealth(app: App): void {
  app.onServe().bindFunc((event) => {
    addHealthRoutes(event.router);
    return event.next();
  });
}
