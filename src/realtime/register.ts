import type { App } from "../app.ts";
import { bindRealtimeHooks } from "./hooks.ts";
import { addRealtimeRoutes } from "./routes.ts";

export function registerRealtime(app: App): void {
  app.changes.watch(() => app.realtime.clients.size > 0);
  bindRealtimeHooks(app);
  app.onServe().bindFunc((event) => {
    addRealtimeRoutes(event.router);
    return event.next();
  });
  app.onTerminate().bind({
    id: "__pbRealtimeOnTerminate__",
    priority: -9999,
    func: (event) => {
      app.realtime.disconnectAll();
      return event.next();
    },
  });
}
