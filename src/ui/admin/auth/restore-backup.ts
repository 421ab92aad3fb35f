import { ClientResponseError } from "pocketbase";
import { client } from "../api/client.ts";
import { PageError } from "../api/form-errors.ts";
import { fetchWithProgress } from "../api/upload-progress.ts";
import { t } from "../i18n/language.ts";

/** How often it is asked how far a restore is, and how long the server may be away meanwhile. */
const POLL_MS = 500;
const PATIENCE_MS = 60_000;

/**
 * Uploads a backup to a server that has no superuser yet.
 *
 * @param token of the installer
 * @returns what it is called there
 */
export async function uploadBackup(file: File, token: string): Promise<string> {
  const key = freeName(file.name);
  const body = new FormData();
  body.append("file", file, key);
  const headers = { Authorization: token };
  const options = { method: "POST", body, headers, fetch: fetchWithProgress };
  await client.send("/api/backups/upload", options).catch((error: unknown) => {
    // The server names its own name of the file.
    throw isNoZip(error) ? new PageError(t("auth.restore.noZip", { name: file.name })) : error;
  });
  return key;
}

function isNoZip(error: unknown): boolean {
  if (!(error instanceof ClientResponseError)) return false;
  const data: unknown = error.response["data"];
  return JSON.stringify(data)?.includes("validation_invalid_mime_type") ?? false;
}

/**
 * Restores an uploaded backup, and waits for the server that follows. A backup that cannot be used is deleted again.
 *
 * @throws the server's reason, or PageError when it did not come back with other data
 */
export async function restoreBackup(key: string, token: string): Promise<void> {
  const headers = { Authorization: token };
  try {
    await client.send(`/api/backups/${key}/restore`, { method: "POST", headers });
  } catch (error) {
    await client.send(`/api/backups/${key}`, { method: "DELETE", headers }).catch(() => undefined);
    throw error;
  }
  if (!(await isReplaced(token))) throw new PageError(t("auth.restore.failed"));
}

/** Until the superusers are others: to those of the backup the installer's token says nothing. */
async function isReplaced(token: string): Promise<boolean> {
  let patience = PATIENCE_MS;
  while (patience > 0) {
    await new Promise((done) => setTimeout(done, POLL_MS));
    const state = await restoreState(token);
    if (state === "replaced") return true;
    if (state === "idle") return false;
    // A big backup may take its time, as long as the server says that it is at it.
    if (state === "away") patience -= POLL_MS;
  }
  return false;
}

async function restoreState(token: string): Promise<"replaced" | "running" | "idle" | "away"> {
  try {
    const headers = { Authorization: token };
    const { data } = await client.send<{ data: { canBackup?: boolean } }>("/api/health", {
      headers,
    });
    if (data.canBackup === undefined) return "replaced";
    return data.canBackup ? "idle" : "running";
  } catch (error) {
    if (error instanceof ClientResponseError) return "away";
    throw error;
  }
}

/** A second try with the same file must not meet the first. */
function freeName(name: string): string {
  const stem = name
    .replace(/\.zip$/i, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .slice(0, 60);
  return `${stem}_${Date.now().toString(36)}.zip`;
}
