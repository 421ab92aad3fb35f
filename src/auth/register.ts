import type { App } from "../app.ts";
import { addCleanupCrons } from "./cleanup.ts";
import { bindExternalAuthHooks } from "./external-auths.ts";
import { registerAuthExtras } from "./extras/register.ts";
import { bindAuthHooks } from "./hooks.ts";
import { addAuthRoutes } from "./routes.ts";
import { bindSuperuserHooks } from "./superusers.ts";

export function registerAuth(app: App): void {
  bindAuthHooks(app);
  bindExternalAuthHooks(app);
  bindSuperuserHooks(app);
  addCleanupCrons(app);
  registerAuthExtras(app);
  app.onServe().bindFunc((event) => {
    addAuthRoutes(event.router);
    return event.next();
  });
}
