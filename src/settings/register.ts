import type { App } from "../app.ts";
import { bindSettingsHooks } from "./hooks.ts";
import { addSettingsRoutes } from "./routes.ts";

export function registerSettings(app: App): void {
  bindSettingsHooks(app);
  app.onServe().bindFunc((event) => {
    addSettingsRoutes(event.router);
    return event.next();
  });
}
