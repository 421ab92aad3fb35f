import { join } from "node:path";
import type { App } from "../app.ts";
import type { StorageDriver } from "../files/storage/driver.ts";
import { LocalDriver } from "../files/storage/local.ts";
import { S3Driver } from "../files/storage/s3.ts";
import { BACKUPS_DIR, TEMP_DIR } from "../lib/data-folder.ts";

/**
 * Where backups are kept: a folder in the data folder, or the bucket that the settings name for them.
 *
 * @throws Error when that is no bucket's address
 */
export function backupStorage({ config, settings }: App): StorageDriver {
  const { s3 } = settings.backups;
  if (s3.enabled) return new S3Driver(s3);
  // Backups come and go by other hands too: what was seen a moment ago may be gone.
  return new LocalDriver(join(config.dataDir, BACKUPS_DIR), {
    tempDir: join(config.dataDir, TEMP_DIR),
    trustMs: 0,
  });
}
