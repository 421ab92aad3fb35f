import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { App } from "../app.ts";
import { storeUpload } from "../files/file-storage.ts";
import { BACKUPS_DIR, NOTIFY_DIR, TEMP_DIR } from "../lib/data-folder.ts";
import { randomLowerText } from "../lib/id.ts";
import { uploadFromPath } from "../lib/upload-source.ts";
import { writeArchive } from "./archive/archive-job.ts";
import { BackupEvent } from "./events.ts";
import { runExclusively } from "./exclusive.ts";
import { newBackupName } from "./name.ts";
import { backupStorage } from "./storage.ts";

/** What a backup leaves out: PocketBase's list. */
const LEFT_OUT = [BACKUPS_DIR, TEMP_DIR, NOTIFY_DIR, ".autocert_cache", "lost+found"];

/**
 * Makes a backup of the data folder as it is at one moment, while everything goes on: a zip file in the backup
 * storage. Files in another storage are not part of it. Needs free space of about the size of the databases and
 * of the backup (PocketBase: core/base_backup.go).
 *
 * @param name of the backup, one of the same name is replaced; made up when empty
 * @throws Error when another backup is being made or restored, and when it fails
 */
export async function createBackup(app: App, name = ""): Promise<void> {
  await runExclusively(app, name, async (signal) => {
    const event = new BackupEvent(app, name, LEFT_OUT);
    await app.events.onBackupCreate.trigger(event, () => store(event, signal));
  });
}

async function store(event: BackupEvent, signal: AbortSignal): Promise<void> {
  const { app } = event;
  event.name ||= newBackupName(app);
  const workDir = join(app.config.dataDir, TEMP_DIR, `pb_backup_${randomLowerText(6)}`);
  await mkdir(workDir, { recursive: true });
  try {
    const { path, md5 } = await archive(event, workDir, signal);
    const upload = uploadFromPath(path, { name: event.name, originalName: event.name, md5 });
    await storeUpload(backupStorage(app), upload, { key: event.name });
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

/** No file goes meanwhile that the copied database may name. */
async function archive({ app, exclude }: BackupEvent, workDir: string, signal: AbortSignal) {
  const { dataDir } = app.config;
  const isLocal = app.files.driver === app.files.local;
  const release = app.files.unsettled.hold();
  try {
    return await writeArchive({ dataDir, workDir, exclude, withNotes: isLocal }, signal);
  } finally {
    await release(app);
  }
}
