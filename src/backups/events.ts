import type { App } from "../app.ts";
import { HookEvent } from "../events/hook.ts";

/** A backup is made, or takes the place of the data. */
export class BackupEvent extends HookEvent {
  app: App;
  /** Of the backup in its storage. Empty when a new one is to be given a name. */
  name: string;
  /** Paths in the data folder that are left out of a new backup, or left where they are by a restore. */
  exclude: string[];

  constructor(app: App, name: string, exclude: readonly string[]) {
    super();
    this.app = app;
    this.name = name;
    this.exclude = [...exclude];
  }
}
