import type { App } from "../app.ts";
import { snakeCase } from "../lib/snake-case.ts";

/** What the names of backups made by the clock begin with. */
export const AUTO_PREFIX = "@auto_pb_backup_";

const MAX_APP_NAME = 50;

/** `<prefix><app name>_<YYYYMMDDhhmmss>.zip`, in UTC (PocketBase: core/base_backup.go). */
export function newBackupName({ settings }: App, prefix = "pb_backup_"): string {
  const appName = snakeCase(settings.meta.appName).slice(0, MAX_APP_NAME);
  const time = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
  return `${prefix}${appName}_${time}.zip`;
}
