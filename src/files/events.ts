import type { Collection } from "../collections/collection.ts";
import type { Field } from "../fields/field.ts";
import { RequestEvent } from "../http/event.ts";
import type { RecordModel } from "../records/record.ts";

/** A file is about to be served; what is changed before `next()` counts. */
export class FileDownloadRequestEvent extends RequestEvent {
  readonly collection: Collection;
  readonly record: RecordModel;
  readonly fileField: Field;
  /** Key in the storage. */
  servedPath: string;
  /** File name for the client. */
  servedName: string;
  /** Why the original is served although a thumb was asked for. */
  readonly thumbError: Error | undefined;

  constructor(
    request: RequestEvent,
    options: Pick<
      FileDownloadRequestEvent,
      "collection" | "record" | "fileField" | "servedPath" | "servedName" | "thumbError"
    >,
  ) {
    super(request.state);
    this.collection = options.collection;
    this.record = options.record;
    this.fileField = options.fileField;
    this.servedPath = options.servedPath;
    this.servedName = options.servedName;
    this.thumbError = options.thumbError;
  }

  tags(): readonly string[] {
    return this.collection.tags();
  }
}

/** A file token was made; a handler may put another in its place. */
export class FileTokenRequestEvent extends RequestEvent {
  readonly record: RecordModel;
  token: string;

  constructor(request: RequestEvent, record: RecordModel, token: string) {
    super(request.state);
    this.record = record;
    this.token = token;
  }

  tags(): readonly string[] {
    return this.record.collection.tags();
  }
}
