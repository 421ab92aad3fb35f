/** Is in the app's store, with the backup's name, while a backup is made or restored (as in PocketBase). */
export const ACTIVE_BACKUP_KEY = "@activeBackup";
