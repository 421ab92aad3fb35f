import type { Collection } from "../collections/collection.ts";
import { RequestEvent } from "../http/event.ts";
import type { RecordModel } from "../records/record.ts";
import type { OAuth2Client } from "./oauth2/client.ts";
import type { OAuth2User } from "./oauth2/provider.ts";

/** A request about the records of one auth collection. */
class AuthCollectionRequestEvent extends RequestEvent {
  readonly collection: Collection;

  constructor(request: RequestEvent, collection: Collection) {
    super(request.state);
    this.app = request.app;
    this.collection = collection;
  }

  tags(): readonly string[] {
    return this.collection.tags();
  }
}

/** One about a record that was found. */
class AuthRecordRequestEvent extends AuthCollectionRequestEvent {
  record: RecordModel;

  constructor(request: RequestEvent, record: RecordModel) {
    super(request, record.collection);
    this.record = record;
  }
}

/** Every successful sign-in or refresh, before the answer is written (PocketBase: core.RecordAuthRequestEvent). */
export class AuthRequestEvent extends AuthRecordRequestEvent {
  token: string;
  meta: unknown;
  /** `password`, `oauth2`, `otp`, or an addition (`totp`, `recoveryCode`, `anonymous`, `passkey`); empty for a refresh: no second factor and no alert then. */
  authMethod: string;

  constructor(
    request: RequestEvent,
    fields: {
      readonly record: RecordModel;
      readonly token: string;
      readonly meta: unknown;
      readonly authMethod: string;
    },
  ) {
    super(request, fields.record);
    this.token = fields.token;
    this.meta = fields.meta;
    this.authMethod = fields.authMethod;
  }
}

/** A password login; `record` may be set by a handler when none was found. */
export class AuthWithPasswordRequestEvent extends AuthCollectionRequestEvent {
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
    super(request, collection);
    this.record = fields.record;
    this.identity = fields.identity;
    this.identityField = fields.identityField;
    this.password = fields.password;
  }
}

/** An OAuth2 sign-in, after the provider told who it is; `record` is undefined when one will be made. */
export class AuthWithOAuth2RequestEvent extends AuthCollectionRequestEvent {
  readonly providerName: string;
  readonly providerClient: OAuth2Client;
  record: RecordModel | undefined;
  oAuth2User: OAuth2User;
  /** Sent by the client for a new record. */
  createData: Readonly<Record<string, unknown>>;
  isNewRecord: boolean;

  constructor(
    request: RequestEvent,
    collection: Collection,
    fields: {
      readonly providerName: string;
      readonly providerClient: OAuth2Client;
      readonly record: RecordModel | undefined;
      readonly oAuth2User: OAuth2User;
      readonly createData: Readonly<Record<string, unknown>>;
    },
  ) {
    super(request, collection);
    this.providerName = fields.providerName;
    this.providerClient = fields.providerClient;
    this.record = fields.record;
    this.oAuth2User = fields.oAuth2User;
    this.createData = fields.createData;
    this.isNewRecord = fields.record === undefined;
  }
}

export class AuthRefreshRequestEvent extends AuthRecordRequestEvent {}

/** A one-time password is asked for; `record` is undefined when nobody has the address. */
export class RequestOtpRequestEvent extends AuthCollectionRequestEvent {
  record: RecordModel | undefined;
  /** The digits that will be sent. */
  password: string;

  constructor(
    request: RequestEvent,
    collection: Collection,
    fields: { readonly record: RecordModel | undefined; readonly password: string },
  ) {
    super(request, collection);
    this.record = fields.record;
    this.password = fields.password;
  }
}

/** A sign-in with a one-time password that was right. */
export class AuthWithOtpRequestEvent extends AuthRecordRequestEvent {
  /** The record of `_otps`. */
  otp: RecordModel;

  constructor(
    request: RequestEvent,
    fields: { readonly record: RecordModel; readonly otp: RecordModel },
  ) {
    super(request, fields.record);
    this.otp = fields.otp;
  }
}

export class RequestPasswordResetRequestEvent extends AuthRecordRequestEvent {}
export class ConfirmPasswordResetRequestEvent extends AuthRecordRequestEvent {}
export class RequestVerificationRequestEvent extends AuthRecordRequestEvent {}
export class ConfirmVerificationRequestEvent extends AuthRecordRequestEvent {}

/** An e-mail change is asked for or confirmed. */
class EmailChangeRequestEvent extends AuthRecordRequestEvent {
  newEmail: string;

  constructor(
    request: RequestEvent,
    fields: { readonly record: RecordModel; readonly newEmail: string },
  ) {
    super(request, fields.record);
    this.newEmail = fields.newEmail;
  }
}

export class RequestEmailChangeRequestEvent extends EmailChangeRequestEvent {}
export class ConfirmEmailChangeRequestEvent extends EmailChangeRequestEvent {}
