/** Folder inside the data folder for what must not outlive a request or a process; left out of backups. */
export const TEMP_DIR = ".pb_temp_to_delete";

/** Where backups lie when they are not kept elsewhere. */
export const BACKUPS_DIR = "backups";

/** Says which uploaded files may be left over. */
export const UNSETTLED_DIR = ".pb_files_unsettled";

/** Is there while a backup is taking the place of the data, and gone once it has. */
export const RESTORE_DIR = ".pb_restore";

/** Where processes tell each other of changes. */
export const NOTIFY_DIR = ".notify";

/** The two databases of a data folder. */
export const DATABASES = ["data.db", "auxiliary.db"] as const;

/** What SQLite keeps beside a database while it is open, and after a crash. */
export const DATABASE_SIDE_FILES = ["-wal", "-shm", "-journal"] as const;
