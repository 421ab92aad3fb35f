import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { App } from "../app.ts";
import { TEMP_DIR } from "../lib/data-folder.ts";
import { bindFileHooks } from "./hooks.ts";
import { addFileRoutes } from "./routes.ts";

export function registerFiles(app: App): void {
  bindFileHooks(app);
  app.onServe().bindFunc(async (event) => {
    // What an earlier run left behind; a mere command must not take that of a running server away.
    await rm(join(app.config.dataDir, TEMP_DIR), { recursive: true, force: true });
    await app.files.unsettled.recover(app);
    addFileRoutes(event.router, event.app);
    await event.next();
  });
}
