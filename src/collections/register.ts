import type { App } from "../app.ts";
import { bindCollectionHooks } from "./hooks.ts";
import { addCollectionRoutes } from "./routes.ts";

export function registerCollections(app: App): void {
  bindCollectionHooks(app);
  app.onServe().bindFunc((event) => {
    addCollectionRoutes(event.router);
    return event.next();
  });
}
