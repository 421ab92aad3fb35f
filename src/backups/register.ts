import type { App } from "../app.ts";
import { abortRunning } from "./exclusive.ts";
import { addBackupRoutes } from "./routes.ts";
import { bindSchedule } from "./schedule.ts";

export function registerBackups(app: App): void {
  bindSchedule(app);
  app.onTerminate().bind({
    id: "__pbBackupsOnTerminate__",
    priority: -999,
    func: (event) => {
      abortRunning(event.app);
      return event.next();
    },
  });
  app.onServe().bindFunc((event) => {
    addBackupRoutes(event.router);
    return event.next();
  });
}
