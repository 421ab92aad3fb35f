import type { App } from "../../app.ts";
import { bindAuthExtraHooks } from "./hooks.ts";
import { addAuthExtraRoutes } from "./routes.ts";
import { bindKeyScope } from "./routes/api-key-guard.ts";

/** Additions to PocketBase's auth, each off until a collection turns it on. */
export function registerAuthExtras(app: App): void {
  bindAuthExtraHooks(app);
  bindKeyScope(app);
  app.onServe().bindFunc((event) => {
    addAuthExtraRoutes(event.router);
    return event.next();
  });
}
