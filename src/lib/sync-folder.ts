import { open } from "node:fs/promises";

/** A new, renamed or removed name is only on the disk once its folder is. */
export async function syncFolder(path: string): Promise<void> {
  // Windows cannot open folders, and writes their entries through.
  if (process.platform === "win32") return;
  const handle = await open(path, "r");
  await handle.sync().finally(() => handle.close());
}
