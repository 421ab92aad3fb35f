import type { App } from "../app.ts";
import { readForm } from "../auth/form.ts";
import { newFileToken } from "../auth/tokens.ts";
import type { Field } from "../fields/field.ts";
import { fieldType } from "../fields/index.ts";
import type { RequestEvent } from "../http/event.ts";
import { collectionRateLimit } from "../http/middleware/rate-limit.ts";
import { requireAuth, requireSuperuserAuth } from "../http/middleware/require.ts";
import type { Router } from "../http/router.ts";
import {
  badRequest,
  internalError,
  notFound,
  unauthorized,
  ValidationError,
} from "../lib/errors.ts";
import { isIpInList } from "../lib/ip.ts";
import { findRecord } from "../records/find.ts";
import type { RecordModel } from "../records/record.ts";
import { FileDownloadRequestEvent, FileTokenRequestEvent } from "./events.ts";
import { serveFile } from "./serve.ts";
import { testS3 } from "./test-s3.ts";
import type { ThumbOutput } from "./thumb-image.ts";
import { Thumbs } from "./thumbs.ts";
import { findViewFileOwner } from "./view-origin.ts";

/** Every file field has it, listed or not. */
const DEFAULT_THUMB = "100x100";

/** The files API (PocketBase: apis/file.go). */
export function addFileRoutes(router: Router, app: App): void {
  const thumbs = new Thumbs(app.files);
  const group = router.group("/api/files");
  group.post("/token", createToken).bind(requireAuth());
  group
    .get("/{collection}/{recordId}/{filename}", (event) => download(event, thumbs))
    .bind(collectionRateLimit("file"));
  router.post("/api/settings/test/s3", tryS3).bind(requireSuperuserAuth());
}

async function tryS3(event: RequestEvent): Promise<void> {
  const { filesystem } = await readForm(event, ["filesystem"]);
  try {
    await testS3(event.app, filesystem);
  } catch (error) {
    if (error instanceof ValidationError)
      throw badRequest("Failed to test the S3 filesystem.", { data: error.errors });
    const reason = error instanceof Error ? error.message : String(error);
    // Superusers only: the storage's own words are what helps them.
    throw badRequest(`Failed to test the S3 filesystem. Raw error: \n${reason}`, { cause: error });
  }
  await event.noContent();
}

async function createToken(event: RequestEvent): Promise<void> {
  const { auth } = event;
  if (!auth) throw unauthorized("Missing auth context.");
  const request = new FileTokenRequestEvent(event, auth, tokenOf(auth));
  await event.app.events.onFileTokenRequest.trigger(request, () =>
    request.json(200, { token: request.token }),
  );
}

function tokenOf(record: RecordModel): string {
  try {
    return newFileToken(record);
  } catch (error) {
    throw internalError("Failed to generate file token", { cause: error });
  }
}

async function download(event: RequestEvent, thumbs: Thumbs): Promise<void> {
  const { collection: idOrName = "", recordId = "", filename = "" } = event.params;
  const collection = event.app.collections.find(idOrName);
  const record =
    collection && recordId !== "" ? await findRecord(event.app, collection, recordId) : undefined;
  const fileField = record && findFileField(record, filename);
  if (!collection || !record || !fileField) throw notFound();
  if (fileField["protected"] === true) await assertMayView(event, record);
  const folder = await folderOf(event.app, record, { field: fileField.name, filename });
  const served = await chooseThumb(event, thumbs, { folder, filename, fileField });
  // Embedding an upload in another page is fine.
  event.removeHeader("x-frame-options");
  const request = new FileDownloadRequestEvent(event, { collection, record, fileField, ...served });
  await event.app.events.onFileDownloadRequest.trigger(request, () => serveFile(request));
}

function findFileField(record: RecordModel, filename: string): Field | undefined {
  return record.collection.fields.find(
    (field) =>
      fieldType(field).holdsFiles === true && record.getStrings(field.name).includes(filename),
  );
}

/** The view rule decides, for whoever the file token in the query belongs to; the request's own login does not count. */
async function assertMayView(event: RequestEvent, record: RecordModel): Promise<void> {
  const auth = await tokenOwner(event);
  const info = { ...(await event.requestInfo()), context: "protectedFile" as const, auth };
  // Whatever the rule's fault is, it tells nobody that there is a file.
  const mayView = await event.app.rules
    .matches(record, record.collection.viewRule, info)
    .catch((cause: unknown) => {
      throw notFound("", { cause });
    });
  if (!mayView) throw notFound();
}

async function tokenOwner(event: RequestEvent): Promise<RecordModel | undefined> {
  const token = event.query.get("token");
  const owner = token ? await event.app.auth.findRecordByToken(token, ["file"]) : undefined;
  const { superuserIPs } = event.app.settings;
  const isElsewhere = superuserIPs.length > 0 && !isIpInList(superuserIPs, event.realIP());
  return owner?.collection.name === "_superusers" && isElsewhere ? undefined : owner;
}

/** Where a record's files lie; those of a view lie with the record they come from. */
async function folderOf(
  app: App,
  record: RecordModel,
  file: { readonly field: string; readonly filename: string },
): Promise<string> {
  const { collection } = record;
  if (!collection.isView) return `${collection.id}/${record.id}`;
  const owner = await findViewFileOwner(app, collection, file.field, file.filename);
  if (!owner) throw notFound();
  return `${owner.collection.id}/${owner.id}`;
}

interface FilePlace {
  readonly folder: string;
  readonly filename: string;
  readonly fileField: Field;
}

type Served = Pick<FileDownloadRequestEvent, "servedPath" | "servedName" | "thumbError">;

/** The thumb that was asked for, or the original with the reason why there is none. */
async function chooseThumb(
  event: RequestEvent,
  thumbs: Thumbs,
  { folder, filename, fileField }: FilePlace,
): Promise<Served> {
  const originalKey = `${folder}/${filename}`;
  const original = { servedPath: originalKey, servedName: filename, thumbError: undefined };
  const size = event.query.get("thumb");
  if (!size) return original;
  const sizes: readonly unknown[] = Array.isArray(fileField["thumbs"]) ? fileField["thumbs"] : [];
  const isAllowed = size === DEFAULT_THUMB || sizes.includes(size);
  if (!isAllowed || !Thumbs.supports((await event.app.files.open(originalKey)).contentType)) {
    const error = new Error(
      `the thumb size "${size}" or the original file format are not supported`,
    );
    return { ...original, thumbError: error };
  }
  const output = outputOf(event);
  const servedName = `${size}_${filename}${endingOf(output)}`;
  const thumbKey = `${folder}/thumbs_${filename}/${servedName}`;
  try {
    if (!(await event.app.files.exists(thumbKey)))
      await thumbs.ensure({ originalKey, thumbKey, size, ...output });
    return { servedPath: thumbKey, servedName, thumbError: undefined };
  } catch (error) {
    event.app.logger.warn(`Fallback to original - failed to create thumb ${servedName}`, {
      error,
      originalKey,
    });
    return { ...original, thumbError: error instanceof Error ? error : new Error(String(error)) };
  }
}

/**
 * An addition to PocketBase: thumbs in a smaller format and a quality, stored beside the others. What is no quality
 * or no format counts as none.
 */
function outputOf({ query }: RequestEvent): ThumbOutput {
  const format = query.get("format");
  if (format !== "webp" && format !== "avif") return {};
  const quality = query.get("quality") ?? "";
  return { format, quality: /^(?:[1-9]\d?|100)$/.test(quality) ? inTens(quality) : undefined };
}

/** A thumb is stored for each that was asked for: strangers must not be able to make a hundred of one. */
function inTens(quality: string): number {
  return Math.max(10, Math.round(Number(quality) / 10) * 10);
}

function endingOf({ format, quality }: ThumbOutput): string {
  if (!format) return "";
  return quality ? `.q${quality}.${format}` : `.${format}`;
}
