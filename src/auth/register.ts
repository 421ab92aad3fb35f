import type { App } from "../app.ts";
import { bindAuthHooks } from "./hooks.ts";
import { addAuthRoutes } from "./routes.ts";
import { bindSuperuserHooks } from "./superusers.ts";

export function registerAuth(app: App): void {
  bindAuthHooks(app, app.auth.tokens);
  bindSuperuserHooks(app);
  app.onServe().bindFunc((event) => {
    addAuthRoutes(event.router);
    return event.next();
  });
}
