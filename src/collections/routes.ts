import type { App } from "../app.ts";
import type { RequestEvent } from "../http/event.ts";
import { requireSuperuserAuth } from "../http/middleware/require.ts";
import type { Router } from "../http/router.ts";
import { firstProblem, length, required } from "../lib/checks.ts";
import { ApiError, badRequest, forbidden, notFound, ValidationError } from "../lib/errors.ts";
import { foldKeys } from "../lib/fold-keys.ts";
import { randomLowerText } from "../lib/id.ts";
import { asObject, text } from "./codec.ts";
import type { Collection } from "./collection.ts";
import { deleteCollection, referringCollections } from "./delete.ts";
import { type DryRun, dryRunView } from "./dry-run.ts";
import {
  CollectionRequestEvent,
  CollectionsImportRequestEvent,
  CollectionsListRequestEvent,
} from "./events.ts";
import { importCollections, importFailure } from "./import.ts";
import { listCollections } from "./list.ts";
import { OAUTH2_PROVIDERS } from "./oauth2-providers.ts";
import { rawErrorText } from "./raw-error.ts";
import { saveCollection } from "./save.ts";
import { decodeCollection, newCollection } from "./scaffold.ts";
import { fieldToJson } from "./serialize.ts";
import { truncateCollection } from "./truncate.ts";

/** The collections API, for superusers only (PocketBase: apis/collection.go, apis/collection_import.go). */
export function addCollectionRoutes(router: Router): void {
  const group = router.group("/api/collections").bind(requireSuperuserAuth());
  group.get("", listHandler);
  group.post("", createHandler);
  group.get("/{collection}", viewHandler);
  group.patch("/{collection}", updateHandler);
  group.delete("/{collection}", deleteHandler);
  group.delete("/{collection}/truncate", truncateHandler);
  group.put("/import", importHandler);
  group.get("/meta/scaffolds", scaffoldsHandler);
  group.get("/meta/oauth2-providers", (event: RequestEvent) => event.json(200, OAUTH2_PROVIDERS));
  group.post("/meta/dry-run-view", dryRunHandler);
}

async function listHandler(event: RequestEvent): Promise<void> {
  const list = new CollectionsListRequestEvent(
    event,
    await listCollections(event.app, event.query),
  );
  await event.app.events.onCollectionsListRequest.trigger(list, () =>
    afterCommit(list.app, () => list.json(200, list.result)),
  );
}

async function viewHandler(event: RequestEvent): Promise<void> {
  const view = new CollectionRequestEvent(event, contextCollection(event));
  await event.app.events.onCollectionViewRequest.trigger(view, () =>
    afterCommit(view.app, () => view.json(200, view.collection)),
  );
}

async function createHandler(event: RequestEvent): Promise<void> {
  const body = await readBody(
    event,
    "Failed to load the collection type data due to invalid formatting.",
  );
  const scaffold = loading(
    "Failed to load the collection type data due to invalid formatting.",
    () => newCollection(readText(body, "type"), readText(body, "name")),
  );
  const collection = loading(INVALID_FORMAT, () => decodeCollection(body, scaffold));
  const create = new CollectionRequestEvent(event, collection);
  await event.app.events.onCollectionCreateRequest.trigger(create, () =>
    saveAndAnswer(create, "Failed to create collection."),
  );
}

async function updateHandler(event: RequestEvent): Promise<void> {
  const stored = contextCollection(event);
  const body = await readBody(event, INVALID_FORMAT);
  const collection = loading(INVALID_FORMAT, () => decodeCollection(body, stored));
  const update = new CollectionRequestEvent(event, collection);
  await event.app.events.onCollectionUpdateRequest.trigger(update, () =>
    saveAndAnswer(update, "Failed to update collection."),
  );
}

async function deleteHandler(event: RequestEvent): Promise<void> {
  const remove = new CollectionRequestEvent(event, contextCollection(event));
  await event.app.events.onCollectionDeleteRequest.trigger(remove, async () => {
    try {
      await deleteCollection(remove.app, remove.collection);
    } catch (cause) {
      const names = referringCollections(remove.app, remove.collection).join(", ");
      const reason = names === "" ? "" : ` probably due to existing reference in ${names}`;
      throw badRequest(`Failed to delete collection${reason}`, { cause });
    }
    await afterCommit(remove.app, () => remove.noContent());
  });
}

async function truncateHandler(event: RequestEvent): Promise<void> {
  const collection = contextCollection(event);
  if (collection.isView) {
    throw badRequest(
      "View collections cannot be truncated since they don't store their own records.",
    );
  }
  try {
    await truncateCollection(event.app, collection);
  } catch (cause) {
    const message =
      "Failed to truncate collection (most likely due to required cascade delete record references).";
    throw badRequest(message, { cause });
  }
  await event.noContent();
}

async function importHandler(event: RequestEvent): Promise<void> {
  const loadFailure = "An error occurred while loading the submitted data.";
  const body = await readBody(event, loadFailure);
  const { collections, deleteMissing } = loading(loadFailure, () => readImport(body));
  refuseInvalid({ collections: firstProblem(collections, [required]) });
  const request = new CollectionsImportRequestEvent(event, collections, deleteMissing);
  await event.app.events.onCollectionsImportRequest.trigger(request, async () => {
    try {
      await importCollections(request.app, request.collectionsData, request.deleteMissing);
    } catch (cause) {
      throw badRequest("Failed to import collections.", { data: importErrors(cause), cause });
    }
    await afterCommit(request.app, () => request.noContent());
  });
}

/** Collections as a client may start from; the random part of the index names is not meant to be an id. */
function scaffoldsHandler(event: RequestEvent): Promise<void> {
  const id = randomLowerText(10);
  const scaffolds = Object.fromEntries(
    ["auth", "base", "view"].map((kind) => [
      kind,
      { ...newCollection(kind, "", id).toJSON(), id: "" },
    ]),
  );
  return event.json(200, scaffolds);
}

async function dryRunHandler(event: RequestEvent): Promise<void> {
  // The route may be put into a group with other guards.
  if (!event.hasSuperuserAuth()) throw forbidden();
  const loadFailure = "An error occurred while loading the submitted data.";
  const body = await readBody(event, loadFailure);
  const query = loading(loadFailure, () => readText(body, "query"));
  refuseInvalid({ query: firstProblem(query, [required, length(0, 5000)]) });
  let result: DryRun;
  try {
    result = await dryRunView(event.app, query, 10);
  } catch (cause) {
    throw badRequest(`Invalid view query. Raw error: \n${rawErrorText(cause)}`, { cause });
  }
  await event.json(200, { fields: result.fields.map(fieldToJson), sample: result.sample });
}

const INVALID_FORMAT = "Failed to load the submitted data due to invalid formatting.";

function contextCollection(event: RequestEvent): Collection {
  const collection = event.app.collections.find(event.params["collection"]!);
  if (!collection) throw notFound();
  return collection;
}

async function saveAndAnswer(event: CollectionRequestEvent, failure: string): Promise<void> {
  try {
    await saveCollection(event.app, event.collection, { validate: true });
  } catch (cause) {
    if (cause instanceof ValidationError) throw badRequest(failure, { data: cause.errors, cause });
    throw badRequest(`${failure} Raw error: \n${rawErrorText(cause)}`, { cause });
  }
  await afterCommit(event.app, () => event.json(200, event.collection));
}

/** @throws ApiError 400 with the message, whatever is wrong with the body */
async function readBody(event: RequestEvent, failure: string): Promise<Record<string, unknown>> {
  try {
    return await event.body();
  } catch (cause) {
    throw badRequest(failure, { cause });
  }
}

function loading<T>(failure: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw badRequest(failure, { cause });
  }
}

function readText(body: Readonly<Record<string, unknown>>, key: string): string {
  return text.decode(foldKeys(body, [key])[key] ?? null, "");
}

function readImport(body: Readonly<Record<string, unknown>>): {
  collections: Record<string, unknown>[];
  deleteMissing: boolean;
} {
  const form = foldKeys(body, ["collections", "deleteMissing"]);
  const collections = form.collections ?? null;
  const deleteMissing = form.deleteMissing ?? false;
  if (collections !== null && !Array.isArray(collections)) throw new TypeError("expected a list");
  if (typeof deleteMissing !== "boolean") throw new TypeError("expected true or false");
  // What is null is a collection of which nothing is said (Go: a nil map).
  const entries = (collections ?? []).map((entry: unknown) => asObject(entry ?? {}));
  return { collections: entries, deleteMissing };
}

function refuseInvalid(problems: Readonly<Record<string, ReturnType<typeof firstProblem>>>): void {
  for (const [key, found] of Object.entries(problems)) {
    if (!found) continue;
    throw badRequest("An error occurred while validating the submitted data.", {
      data: { [key]: found },
    });
  }
}

function importErrors(error: unknown) {
  if (error instanceof ValidationError) return error.errors;
  const reason = error instanceof ApiError ? error.message : rawErrorText(error);
  const message = `Failed to import the collections configuration. Raw error:\n${reason}`;
  return { collections: importFailure(message) };
}

/** A handler may run inside a transaction: the answer is then made only once it is committed. */
async function afterCommit(app: App, answer: () => Promise<void>): Promise<void> {
  if (!app.isTransaction) return answer();
  app.afterTransaction(async (_outer, error) => {
    if (error === undefined) await answer();
  });
}
