import type { App } from "../app.ts";
import type { Collection } from "../collections/collection.ts";
import { HookEvent } from "../events/hook.ts";
import type { ModelAction } from "../events/model.ts";
import { RequestEvent } from "../http/event.ts";
import type { RecordPage } from "./list.ts";
import type { RecordModel } from "./record.ts";
import type { RequestInfo } from "./request-info.ts";

/** Event of the `onRecord…` persistence hooks (PocketBase: core.RecordEvent). */
export class RecordEvent extends HookEvent {
  /** The app to work with: inside a transaction that transaction's. */
  app: App;
  record: RecordModel;
  readonly type: ModelAction;

  constructor(app: App, record: RecordModel, type: ModelAction) {
    super();
    this.app = app;
    this.record = record;
    this.type = type;
  }

  tags(): readonly string[] {
    return this.record.tags();
  }
}

export class RecordErrorEvent extends RecordEvent {
  error: unknown;

  constructor(app: App, record: RecordModel, type: ModelAction, error: unknown) {
    super(app, record, type);
    this.error = error;
  }
}

/** A record on its way into an answer: `hide`, `unhide`, `withCustomData` take effect on it. */
export class RecordEnrichEvent extends HookEvent {
  app: App;
  record: RecordModel;
  readonly requestInfo: RequestInfo;

  constructor(app: App, record: RecordModel, requestInfo: RequestInfo) {
    super();
    this.app = app;
    this.record = record;
    this.requestInfo = requestInfo;
  }

  tags(): readonly string[] {
    return this.record.tags();
  }
}

/** A view, create, update or delete request of one record. */
export class RecordRequestEvent extends RequestEvent {
  readonly collection: Collection;
  record: RecordModel;

  constructor(request: RequestEvent, collection: Collection, record: RecordModel) {
    super(request.state);
    this.app = request.app;
    this.collection = collection;
    this.record = record;
  }

  tags(): readonly string[] {
    return this.collection.tags();
  }
}

/** A list request: `records` are the rows of this page, `result` the envelope that will be sent. */
export class RecordsListRequestEvent extends RequestEvent {
  readonly collection: Collection;
  records: RecordModel[];
  result: RecordPage;

  constructor(request: RequestEvent, collection: Collection, result: RecordPage) {
    super(request.state);
    this.app = request.app;
    this.collection = collection;
    this.records = result.items;
    this.result = result;
  }

  tags(): readonly string[] {
    return this.collection.tags();
  }
}
