import type { App } from "../app.ts";
import { HookEvent } from "../events/hook.ts";
import type { ModelAction } from "../events/model.ts";
import { RequestEvent } from "../http/event.ts";
import type { Page } from "../lib/page.ts";
import type { Collection } from "./collection.ts";

/** Event of the `onCollection…` persistence hooks (PocketBase: core.CollectionEvent). */
export class CollectionEvent extends HookEvent {
  /** The app to work with: inside a transaction that transaction's. */
  app: App;
  collection: Collection;
  readonly type: ModelAction;

  constructor(app: App, collection: Collection, type: ModelAction) {
    super();
    this.app = app;
    this.collection = collection;
    this.type = type;
  }

  tags(): readonly string[] {
    return this.collection.tags();
  }
}

export class CollectionErrorEvent extends CollectionEvent {
  error: unknown;

  constructor(app: App, collection: Collection, type: ModelAction, error: unknown) {
    super(app, collection, type);
    this.error = error;
  }
}

/** A view, create, update or delete request of one collection. */
export class CollectionRequestEvent extends RequestEvent {
  collection: Collection;

  constructor(request: RequestEvent, collection: Collection) {
    super(request.state);
    this.app = request.app;
    this.collection = collection;
  }
}

/** One page of collections. */
export type CollectionPage = Page<Collection>;

/** A list request: `collections` are the ones of this page, `result` the envelope that will be sent. */
export class CollectionsListRequestEvent extends RequestEvent {
  collections: Collection[];
  result: CollectionPage;

  constructor(request: RequestEvent, result: CollectionPage) {
    super(request.state);
    this.app = request.app;
    this.collections = result.items;
    this.result = result;
  }
}

/** An import, before anything of it was looked at. */
export class CollectionsImportRequestEvent extends RequestEvent {
  collectionsData: Record<string, unknown>[];
  deleteMissing: boolean;

  constructor(
    request: RequestEvent,
    collectionsData: Record<string, unknown>[],
    deleteMissing: boolean,
  ) {
    super(request.state);
    this.app = request.app;
    this.collectionsData = collectionsData;
    this.deleteMissing = deleteMissing;
  }
}
