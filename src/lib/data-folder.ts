/** Folder inside the data folder for what must not outlive a request or a process; left out of backups. */
export const TEMP_DIR = ".pb_temp_to_delete";
