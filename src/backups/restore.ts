import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { App } from "../app.ts";
import type { StorageDriver } from "../files/storage/driver.ts";
import { BACKUPS_DIR, TEMP_DIR } from "../lib/data-folder.ts";
import { randomLowerText, randomText } from "../lib/id.ts";
import { inspectArchive, unpackArchive } from "./archive/archive-job.ts";
import { BackupEvent } from "./events.ts";
import { runExclusively } from "./exclusive.ts";
import { planSwap } from "./folder-swap.ts";
import { backupStorage } from "./storage.ts";

/** What a restore leaves where it is: PocketBase's list. */
const STAYS = [BACKUPS_DIR, TEMP_DIR, ".autocert_cache", "lost+found"];

/**
 * Puts a backup in the place of the data, and starts the app anew on it. Until the backup is unpacked and looked
 * through everything goes on; whatever happens then, the folder holds either the old data or the backup's. When
 * the app cannot be opened on the backup, the old data comes back. Needs free space of the size of the unpacked
 * backup (PocketBase: core/base_backup.go, which restarts before it knows).
 *
 * @param name of the backup in its storage
 * @throws Error when another backup is being made or restored, or this one cannot be used
 */
export async function restoreBackup(app: App, name: string): Promise<void> {
  await runExclusively(app, name, async (signal) => {
    const event = new BackupEvent(app, name, STAYS);
    await app.events.onBackupRestore.trigger(event, () => restore(event, signal));
  });
}

/**
 * Looks whether a backup can be restored, as far as that can be told without unpacking it.
 *
 * @throws InvalidArchiveError with the reason; Error when it is not there
 */
export async function inspectBackup(app: App, name: string): Promise<void> {
  const driver = backupStorage(app);
  await sizeOf(driver, name);
  // Elsewhere it would have to be fetched for that.
  const path = driver.localPath?.(name);
  if (path === undefined) return;
  const into = app.config.dataDir;
  await inspectArchive({ path, into, exclude: STAYS }, AbortSignal.timeout(INSPECT_MS));
}

const INSPECT_MS = 30_000;

async function restore({ app, name, exclude }: BackupEvent, signal: AbortSignal): Promise<void> {
  const { dataDir } = app.config;
  const work = join(dataDir, TEMP_DIR, `pb_restore_${randomLowerText(8)}`);
  await mkdir(work, { recursive: true });
  try {
    const path = await fetchBackup(backupStorage(app), name, `${work}.zip`);
    const into = join(work, "new");
    await unpackArchive({ path, into, exclude }, { logId: randomText(20), signal });
    await planSwap(dataDir, { work, exclude });
  } finally {
    await rm(work, { recursive: true, force: true });
    await rm(`${work}.zip`, { force: true });
  }
  await app.restart();
}

/** @returns where it is on this machine */
async function fetchBackup(driver: StorageDriver, name: string, to: string): Promise<string> {
  const size = await sizeOf(driver, name);
  const path = driver.localPath?.(name);
  if (path !== undefined) return path;
  const content = await driver.read(name, 0, size);
  const stream = content instanceof Uint8Array ? Readable.from([content]) : content;
  await pipeline(stream, createWriteStream(to));
  return to;
}

async function sizeOf(driver: StorageDriver, name: string): Promise<number> {
  const file = await driver.head(name);
  if (!file) throw new Error(`missing or invalid backup file ${JSON.stringify(name)} to restore`);
  return file.size;
}
