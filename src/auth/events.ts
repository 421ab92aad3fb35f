import type { Collection } from "../collections/collection.ts";
import { RequestEvent } from "../http/event.ts";
import type { RecordModel } from "../records/record.ts";

/** Every successful sign-in or refresh, before the answer is written (PocketBase: core.RecordAuthRequestEvent). */
export class AuthRequestEvent extends RequestEvent {
  readonly collection: Collection;
  record: RecordModel;
  token: string;
  meta: unknown;
  /** `password`, `oauth2`, `otp`; empty for a refresh: no second factor and no alert then. */
  authMethod: string;

  constructor(
    request: RequestEvent,
    fields: { readonly record: RecordModel; readonly token: string; readonly meta: unknown; readonly authMethod: string },
  ) {
    super(request.state);
    this.app = request.app;
    this.collection = fields.record.collection;
    this.record = fields.record;
    this.token = fields.token;
    this.meta = fields.meta;
    this.authMethod = fields.authMethod;
  }

  tags(): readonly string[] {
    return this.collection.tags();
  }
}

/** A password login; `record` may be set by a handler when none was found. */
export class AuthWithPasswordRequestEvent extends RequestEvent {
  readonly collection: Collection;
  record: RecordModel | undefined;
  identity: string;
  identityField: string;
  password: string;

  constructor(
    request: RequestEvent,
    collection: Collection,
    fields: {
      readonly record: RecordModel | undefined;
      readonly identity: string;
      readonly identityField: string;
      readonly password: string;
    },
  ) {
    super(request.state);
    this.collection = collection;
    this.record = fields.record;
    this.identity = fields.identity;
    this.identityField = fields.identityField;
    this.password = fields.password;
  }

  tags(): readonly string[] {
    return this.collection.tags();
  }
}

export class AuthRefreshRequestEvent extends RequestEvent {
  readonly collection: Collection;
  record: RecordModel;

  constructor(request: RequestEvent, record: RecordModel) {
    super(request.state);
    this.collection = record.collection;
    this.record = record;
  }

  tags(): readonly string[] {
    return this.collection.tags();
  }
}
