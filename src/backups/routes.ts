import { basename } from "node:path";
import type { App } from "../app.ts";
import { readForm, requireValid } from "../auth/form.ts";
import { storeUpload } from "../files/file-storage.ts";
import { serveStored } from "../files/serve.ts";
import type { StorageDriver } from "../files/storage/driver.ts";
import type { RequestEvent } from "../http/event.ts";
import { bodyLimit } from "../http/middleware/body-limit.ts";
import { requireSuperuserAuth } from "../http/middleware/require.ts";
import type { Router } from "../http/router.ts";
import { firstProblem, length, matches } from "../lib/checks.ts";
import { formatDate } from "../lib/date.ts";
import {
  type ApiError,
  badRequest,
  type ErrorLeaf,
  type ErrorTree,
  forbidden,
  internalError,
  notFound,
  problem,
} from "../lib/errors.ts";
import { isIpInList } from "../lib/ip.ts";
import { matchesMime, SNIFF_LENGTH } from "../lib/mime.ts";
import { required } from "../lib/rules.ts";
import { ACTIVE_BACKUP_KEY } from "../lib/store-keys.ts";
import type { UploadedFile } from "../lib/upload.ts";
import { InvalidArchiveError } from "./archive/read-archive.ts";
import { createBackup } from "./create.ts";
import { inspectBackup, restoreBackup } from "./restore.ts";
import { backupStorage } from "./storage.ts";

const NAME = /^[a-z0-9_-]+\.zip$/;
const NAME_EXISTS = "validation_backup_name_exists";

/** The backups API (PocketBase: apis/backup.go). */
export function addBackupRoutes(router: Router): void {
  const group = router.group("/api/backups");
  group.get("", listHandler).bind(requireSuperuserAuth());
  group.post("", createHandler).bind(requireSuperuserAuth());
  group.post("/upload", uploadHandler).bind(bodyLimit(0), requireSuperuserAuth());
  group.get("/{key}", downloadHandler);
  group.delete("/{key}", deleteHandler).bind(requireSuperuserAuth());
  group.post("/{key}/restore", restoreHandler).bind(requireSuperuserAuth());
}

async function listHandler(event: RequestEvent): Promise<void> {
  const driver = openStorage(event.app, badRequest);
  const backups = await Array.fromAsync(driver.list("")).catch((error: unknown) => {
    throw badRequest(withReason("Failed to retrieve backup items.", error), { cause: error });
  });
  const items = backups.map(({ key, size, modified }) => ({
    modified: formatDate(modified),
    key,
    size,
  }));
  await event.json(200, items);
}

async function createHandler(event: RequestEvent): Promise<void> {
  refuseWhileActive(event.app);
  const { name } = await readForm(event, ["name"]).catch((cause: unknown) => {
    throw badRequest("An error occurred while loading the submitted data.", { cause });
  });
  requireValid(await checkName(event.app, name));
  await createBackup(event.app, name).catch((cause: unknown) => {
    event.app.logger.error("Failed to create backup", { name, error: cause });
    throw badRequest("Failed to create backup.", { cause });
  });
  await event.noContent();
}

async function checkName(app: App, name: string): Promise<ErrorTree> {
  if (name === "") return {};
  const found =
    firstProblem(name, [length(1, 150), matches(NAME)]) ??
    (await checkIsNew(
      app,
      name,
      problem(NAME_EXISTS, "The backup file name is invalid or already exists."),
    ));
  return found ? { name: found } : {};
}

async function uploadHandler(event: RequestEvent): Promise<void> {
  const [file] = (await uploadsOf(event)).get("file") ?? [];
  requireValid(await checkUpload(event.app, file));
  if (!file) return;
  const key = file.originalName;
  await storeUpload(backupStorage(event.app), file, { key }).catch((cause: unknown) => {
    event.app.logger.error("Failed to upload backup", { key, error: cause });
    throw badRequest("Failed to upload backup.", { cause });
  });
  await event.noContent();
}

/** None for a body that cannot be read, as in PocketBase; but a full disk is told. */
async function uploadsOf(event: RequestEvent): Promise<ReadonlyMap<string, UploadedFile[]>> {
  if (event.header("content-type")?.startsWith("multipart/form-data") !== true) return new Map();
  try {
    return await event.files();
  } catch (error) {
    if (error instanceof Error && error.cause instanceof Error && "syscall" in error.cause)
      throw badRequest("Failed to upload backup.", { cause: error });
    return new Map();
  }
}

async function checkUpload(app: App, file: UploadedFile | undefined): Promise<ErrorTree> {
  const found = file ? await checkFile(app, file) : required(undefined);
  return found ? { file: found } : {};
}

async function checkFile(app: App, file: UploadedFile): Promise<ErrorLeaf | undefined> {
  if (!matchesMime(await file.head(SNIFF_LENGTH), ["application/zip"])) {
    return problem(
      "validation_invalid_mime_type",
      `${JSON.stringify(file.name)} mime type must be one of: application/zip.`,
    );
  }
  return checkIsNew(
    app,
    file.originalName,
    problem(NAME_EXISTS, "Backup file with the specified name already exists."),
  );
}

/** @returns the given problem for a name that is taken, or that the storage cannot have */
async function checkIsNew(
  app: App,
  name: string,
  taken: ErrorLeaf,
): Promise<ErrorLeaf | undefined> {
  const isFree = await backupStorage(app)
    .head(name)
    .then(
      (file) => file === undefined,
      () => false,
    );
  return isFree ? undefined : taken;
}

/** For links in a browser: who asks is told by a file token in the query. */
async function downloadHandler(event: RequestEvent): Promise<void> {
  const { app } = event;
  const refusal = "Insufficient permissions to access the resource.";
  const token = event.query.get("token");
  const owner = token ? await app.auth.findRecordByToken(token, ["file"]) : undefined;
  if (owner?.collection.name !== "_superusers") throw forbidden(refusal);
  const { superuserIPs } = app.settings;
  if (superuserIPs.length > 0 && !isIpInList(superuserIPs, event.realIP()))
    throw forbidden(refusal);
  const driver = openStorage(app, internalError);
  const key = keyOf(event);
  const file = await driver.head(key);
  if (!file) throw notFound();
  const read = (start: number, end: number) => driver.read(key, start, end);
  await serveStored(event, { ...file, read }, basename(key));
}

async function deleteHandler(event: RequestEvent): Promise<void> {
  const driver = openStorage(event.app, internalError);
  const key = keyOf(event);
  if (key !== "" && event.app.store.get(ACTIVE_BACKUP_KEY) === key)
    throw badRequest("The backup is currently being used and cannot be deleted.");
  try {
    if (!(await driver.head(key))) throw new Error(`[key: ${key}] resource not found.`);
    await driver.delete(key);
  } catch (error) {
    const message = withReason("Invalid or already deleted backup file.", error);
    throw badRequest(message, { cause: error });
  }
  await event.noContent();
}

/** The answer comes before the app starts anew; what can be told of the backup by then is. */
async function restoreHandler(event: RequestEvent): Promise<void> {
  const { app } = event;
  refuseWhileActive(app);
  const key = keyOf(event);
  await inspectBackup(app, key).catch((cause: unknown) => {
    const data = cause instanceof InvalidArchiveError ? { key: toProblem(cause) } : {};
    throw badRequest("Missing or invalid backup file.", { data, cause });
  });
  refuseWhileActive(app);
  setImmediate(() => {
    restoreBackup(app, key).catch((error: unknown) => {
      app.logger.error("Failed to restore backup", { key, error });
    });
  });
  await event.noContent();
}

function toProblem({ message }: InvalidArchiveError): ErrorLeaf {
  return problem("validation_invalid_backup", `The backup cannot be restored: ${message}.`);
}

function refuseWhileActive({ store }: App): void {
  if (!store.has(ACTIVE_BACKUP_KEY)) return;
  throw badRequest("Try again later - another backup/restore process has already been started.");
}

function openStorage(
  app: App,
  refuse: (message: string, options: { readonly cause: unknown }) => ApiError,
): StorageDriver {
  try {
    return backupStorage(app);
  } catch (cause) {
    throw refuse("Failed to load backups filesystem.", { cause });
  }
}

function keyOf(event: RequestEvent): string {
  return event.params["key"] ?? "";
}

/** Superusers only: the storage's own words are what helps them, but not where its folder is. */
function withReason(message: string, error: unknown): string {
  return `${message} Raw error: \n${reasonOf(error)}`;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isOfSystem = "syscall" in error && "code" in error;
  return isOfSystem ? String(error.code) : error.message;
}
