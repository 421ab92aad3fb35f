import type { App } from "../app.ts";
import type { Collection, Rule } from "../collections/collection.ts";
import type { RequestEvent } from "../http/event.ts";
import { bodyLimit } from "../http/middleware/body-limit.ts";
import { checkCollectionRateLimit, isOverLimit } from "../http/middleware/rate-limit.ts";
import type { Router } from "../http/router.ts";
import {
  ApiError,
  badRequest,
  forbidden,
  internalError,
  notFound,
  ValidationError,
} from "../lib/errors.ts";
import { randomText } from "../lib/id.ts";
import { lazy } from "../lib/lazy.ts";
import { modifiersOf, readRecordBody } from "./body.ts";
import { maxRecordBody } from "./body-size.ts";
import { deleteRecord } from "./delete.ts";
import { enrichRecords } from "./enrich.ts";
import { RecordRequestEvent, RecordsListRequestEvent } from "./events.ts";
import { findRecord } from "./find.ts";
import { listRecords } from "./list.ts";
import { throttleEmptySearch } from "./list-throttle.ts";
import { fitsOneJob } from "./one-job.ts";
import { RecordModel } from "./record.ts";
import { hasSuperuserAuth, type RequestInfo } from "./request-info.ts";
import { candidateMatches, findByRule, matchesRule } from "./rule.ts";
import { toRow } from "./save.ts";
import { useSettledSecrets } from "./settled-secrets.ts";
import { Submission } from "./submission.ts";

const UPDATE_FAILED = "Failed to update record.";
const DELETE_FAILED =
  "Failed to delete record. Make sure that the record is not part of a required relation reference.";

/** A job that waits for nothing but the database may share its commit with others. */
const SHARED = { exclusive: false };

/** The records API (PocketBase: apis/record_crud.go). Each action limits its own rate, so the default limiter is off. */
export function addRecordRoutes(router: Router): void {
  const group = router.group("/api/collections/{collection}/records").unbind("pbRateLimit");
  group.get("", listHandler);
  group.get("/{id}", viewHandler);
  group.post("", createHandler).bind(bodyLimit(maxRecordBody));
  group.patch("/{id}", updateHandler).bind(bodyLimit(maxRecordBody));
  group.delete("/{id}", deleteHandler);
}

async function listHandler(event: RequestEvent): Promise<void> {
  const collection = contextCollection(event, "list");
  const info = await event.requestInfo();
  requireRule(collection.listRule, info);
  forbidRuleFields(info);
  const page = await listRecords(event.app, collection, info.query, info);
  const list = new RecordsListRequestEvent(event, collection, page);
  await event.app.events.onRecordsListRequest.trigger(list, async () => {
    await enrich(list, list.records, "Failed to enrich records.");
    await throttleEmptySearch(list, info, isOverLimit);
    await afterCommit(list.app, () => list.json(200, list.result));
  });
}

async function viewHandler(event: RequestEvent): Promise<void> {
  const collection = contextCollection(event, "view");
  const info = await event.requestInfo();
  requireRule(collection.viewRule, info);
  const record = await findByRule(
    event.app,
    collection,
    event.params["id"]!,
    collection.viewRule,
    info,
  );
  if (!record) throw notFound();
  const view = new RecordRequestEvent(event, collection, record);
  await event.app.events.onRecordViewRequest.trigger(view, async () => {
    await enrich(view, [view.record], "Failed to enrich record.");
    await afterCommit(view.app, () => view.json(200, view.record));
  });
}

async function createHandler(event: RequestEvent): Promise<void> {
  await createRecord(event);
}

/** Where a request says that its password is none that anybody typed: the rules for typed ones do not apply. */
export const PASSWORD_FROM_CODE = "passwordFromCode";

/** Runs at the end of an action inside its hooks, and after them when they did not get that far. */
export type Then = () => Promise<void>;

/**
 * Creates a record from a request; also what an OAuth2 sign-up and a batch run.
 *
 * @param then the next request of a batch
 * @returns the record, also when a handler ended the chain before it was saved
 */
export async function createRecord(event: RequestEvent, then?: Then): Promise<RecordModel> {
  const collection = writableCollection(event, "create");
  const info = await event.requestInfo();
  requireRule(collection.createRule, info);
  const record = new RecordModel(collection);
  const submission = new Submission(record);
  const submitted = await loadBody(event, submission, info);
  await checkCreateRules(event.app, submission, submitted);
  const create = new RecordRequestEvent(event, collection, record);
  const follow = once(then);
  await event.app.events.onRecordCreateRequest.trigger(create, async () => {
    await submit(create, submission, "Failed to create record.");
    await answerWith(create, then);
    await follow();
  });
  await follow();
  return create.record;
}

async function updateHandler(event: RequestEvent): Promise<void> {
  await updateRecord(event);
}

/** Updates a record from a request. @param then the next request of a batch */
export async function updateRecord(event: RequestEvent, then?: Then): Promise<void> {
  const collection = writableCollection(event, "update");
  requireRule(collection.updateRule, await event.requestInfo());
  if (await fitsOneJob(event, collection, "update")) {
    // Reading, judging and writing the row are one job of the writer: nobody can change it in between.
    const record = await event.app.runInTransaction(async (tx) => {
      const submission = await loadUpdate(event, tx, collection);
      await orBadRequest(() => submission.submit(tx), UPDATE_FAILED);
      return submission.record;
    }, SHARED);
    await answerWith(new RecordRequestEvent(event, collection, record));
    return;
  }
  const submission = await loadUpdate(event, event.app, collection);
  // Handlers may take their time: `+` and `-` are applied again to the row as it is when it is written.
  const modifiers = modifiersOf(submission.record, await event.body(), submission.access);
  submission.record.applyWhenWritten(modifiers);
  const update = new RecordRequestEvent(event, collection, submission.record);
  const follow = once(then);
  await event.app.events.onRecordUpdateRequest.trigger(update, async () => {
    await submit(update, submission, UPDATE_FAILED);
    await answerWith(update, then);
    await follow();
  });
  await follow();
}

/** Finds the record by the update rule and loads the submitted values into it. */
async function loadUpdate(
  event: RequestEvent,
  app: App,
  collection: Collection,
): Promise<Submission> {
  const stored = await findRecord(app, collection, event.params["id"]!);
  if (!stored) throw notFound();
  const info = await event.state.replaceBody(await readBody(event, stored));
  const record = await updatable(app, stored, info);
  if (!record) throw notFound();
  const submission = new Submission(record);
  if (hasSuperuserAuth(info)) submission.access = "superuser";
  submission.load(info.body);
  useSettledSecrets(event, record);
  if (!submission.hasManageAccess && (await isManaged(app, record, info)))
    submission.access = "manager";
  return submission;
}

/** The record if the update rule lets the caller have it; read once more where it may have changed meanwhile. */
async function updatable(
  app: App,
  stored: RecordModel,
  info: RequestInfo,
): Promise<RecordModel | undefined> {
  const { collection } = stored;
  if (!app.isTransaction)
    return findByRule(app, collection, stored.id, collection.updateRule, info);
  return (await matchesRule(app, stored, collection.updateRule, info)) ? stored : undefined;
}

async function deleteHandler(event: RequestEvent): Promise<void> {
  await removeRecord(event);
}

/** Deletes a record as a request asks. @param then the next request of a batch */
export async function removeRecord(event: RequestEvent, then?: Then): Promise<void> {
  const collection = writableCollection(event, "delete");
  const info = await event.requestInfo();
  requireRule(collection.deleteRule, info);
  if (await fitsOneJob(event, collection, "delete")) {
    await event.app.runInTransaction(async (tx) => {
      const record = await loadDelete(event, tx, collection);
      await orBadRequest(() => deleteRecord(tx, record), DELETE_FAILED);
    }, SHARED);
    await event.noContent();
    return;
  }
  const remove = new RecordRequestEvent(
    event,
    collection,
    await loadDelete(event, event.app, collection),
  );
  const follow = once(then);
  await event.app.events.onRecordDeleteRequest.trigger(remove, async () => {
    await orBadRequest(() => deleteRecord(remove.app, remove.record), DELETE_FAILED);
    await deliver(remove.app, then, () => remove.noContent());
    await follow();
  });
  await follow();
}

function once(then: Then | undefined): Then {
  let isDone = then === undefined;
  return async () => {
    if (isDone) return;
    isDone = true;
    await then?.();
  };
}

async function loadDelete(
  event: RequestEvent,
  app: App,
  collection: Collection,
): Promise<RecordModel> {
  const info = await event.requestInfo();
  const record = await findByRule(
    app,
    collection,
    event.params["id"]!,
    collection.deleteRule,
    info,
  );
  if (!record) throw notFound();
  return record;
}

function contextCollection(event: RequestEvent, action: string): Collection {
  const collection = event.app.collections.find(event.params["collection"]!);
  if (!collection) throw notFound("Missing collection context.");
  checkCollectionRateLimit(event, collection, action);
  return collection;
}

function writableCollection(event: RequestEvent, action: string): Collection {
  const collection = event.app.collections.find(event.params["collection"]!);
  if (!collection) throw notFound("Missing collection context.");
  if (collection.isView) throw badRequest("Unsupported collection type.");
  checkCollectionRateLimit(event, collection, action);
  return collection;
}

function requireRule(rule: Rule, info: RequestInfo): void {
  if (rule === null && !hasSuperuserAuth(info))
    throw forbidden("Only superusers can perform this action.");
}

/** The words that let a client reach into other collections and other people's requests are for rules only. */
function forbidRuleFields(info: RequestInfo): void {
  if (hasSuperuserAuth(info)) return;
  for (const parameter of ["filter", "sort"]) {
    for (const word of ["@collection.", "@request."]) {
      if (info.query[parameter]?.includes(word))
        throw forbidden(`Only superusers can filter by ${word}`);
    }
  }
}

async function readBody(
  event: RequestEvent,
  record: RecordModel,
): Promise<Record<string, unknown>> {
  return orBadRequest(() => readRecordBody(event, record), "Failed to read the submitted data.");
}

/** Reads the body into a new record. */
async function loadBody(
  event: RequestEvent,
  submission: Submission,
  info: RequestInfo,
): Promise<RequestInfo> {
  const body = await readBody(event, submission.record);
  if (hasSuperuserAuth(info)) submission.access = "superuser";
  submission.load(body);
  useSettledSecrets(event, submission.record);
  if (event.get(PASSWORD_FROM_CODE)) await event.app.auth.sealPassword(submission.record);
  return event.state.replaceBody(body);
}

/** The create and manage rules see the values as a row that is not stored yet. */
async function checkCreateRules(
  app: App,
  submission: Submission,
  info: RequestInfo,
): Promise<void> {
  if (hasSuperuserAuth(info)) return;
  const { record } = submission;
  const { collection } = record;
  const manageRule = info.auth ? (collection.auth?.manageRule ?? "") : "";
  const createRule = collection.createRule ?? "";
  if (createRule === "" && manageRule === "") return;
  const candidate = lazy(() => candidateRow(record));
  const [mayCreate, mayManage] = await orBadRequest(
    () => candidateMatches(app, collection, candidate, [createRule, manageRule], info),
    "Failed to create record.",
  );
  if (!mayCreate) throw badRequest("Failed to create record.");
  if (manageRule !== "" && mayManage) submission.access = "manager";
}

function candidateRow(record: RecordModel): Record<string, unknown> {
  const row = toRow(record, record.collection.fields);
  row["id"] ||= `__temp_id____pb_create__${randomText(6)}`;
  if ("verified" in row) row["verified"] = false;
  return row;
}

async function isManaged(app: App, record: RecordModel, info: RequestInfo): Promise<boolean> {
  const rule = record.collection.auth?.manageRule;
  return !!rule && !!info.auth && (await matchesRule(app, record, rule, info));
}

async function submit(
  event: RecordRequestEvent,
  submission: Submission,
  failure: string,
): Promise<void> {
  submission.record = event.record;
  await orBadRequest(() => submission.submit(event.app), failure);
}

async function answerWith(event: RecordRequestEvent, then?: Then): Promise<void> {
  await enrich(event, [event.record], "Failed to enrich record.");
  await deliver(event.app, then, () => event.json(200, event.record));
}

/** A part of a batch is answered inside its transaction: an answer that cannot be made undoes it. */
function deliver(app: App, then: Then | undefined, answer: () => Promise<void>): Promise<void> {
  return then ? answer() : afterCommit(app, answer);
}

async function enrich(
  event: RequestEvent,
  records: readonly RecordModel[],
  failure: string,
): Promise<void> {
  try {
    await enrichRecords(event, records);
  } catch (error) {
    throw error instanceof ApiError ? error : internalError(failure, { cause: error });
  }
}

/** An error that is not meant for clients becomes a 400 with this message; its field problems stay. */
async function orBadRequest<T>(work: () => Promise<T>, message: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApiError) throw error;
    const data = error instanceof ValidationError ? error.errors : {};
    throw badRequest(message, { data, cause: error });
  }
}

/** A handler may run inside a transaction: the answer is then made only once it is committed. */
async function afterCommit(app: App, answer: () => Promise<void>): Promise<void> {
  if (!app.isTransaction) return answer();
  app.afterTransaction(async (_outer, error) => {
    if (error === undefined) await answer();
  });
}
