import type { BootstrapEvent, ServeEvent, TerminateEvent } from "../app-events.ts";
import type {
  AuthRefreshRequestEvent,
  AuthRequestEvent,
  AuthWithOAuth2RequestEvent,
  AuthWithOtpRequestEvent,
  AuthWithPasswordRequestEvent,
  ConfirmEmailChangeRequestEvent,
  ConfirmPasswordResetRequestEvent,
  ConfirmVerificationRequestEvent,
  RequestEmailChangeRequestEvent,
  RequestOtpRequestEvent,
  RequestPasswordResetRequestEvent,
  RequestVerificationRequestEvent,
} from "../auth/events.ts";
import type {
  CollectionErrorEvent,
  CollectionEvent,
  CollectionRequestEvent,
  CollectionsImportRequestEvent,
  CollectionsListRequestEvent,
} from "../collections/events.ts";
import type { BackupEvent } from "../backups/events.ts";
import type { BatchRequestEvent } from "../batch/events.ts";
import type { FileDownloadRequestEvent, FileTokenRequestEvent } from "../files/events.ts";
import type {
  RealtimeConnectRequestEvent,
  RealtimeMessageEvent,
  RealtimeSubscribeRequestEvent,
} from "../realtime/events.ts";
import type { MailerEvent, MailerRecordEvent } from "../mail/events.ts";
import type {
  RecordEnrichEvent,
  RecordErrorEvent,
  RecordEvent,
  RecordRequestEvent,
  RecordsListRequestEvent,
} from "../records/events.ts";
import type {
  SettingsListRequestEvent,
  SettingsReloadEvent,
  SettingsUpdateRequestEvent,
} from "../settings/events.ts";
import { Hook, type HandlerFunc, type HookEvent, type TaggedEvent, TaggedHook } from "./hook.ts";
import type { ModelErrorEvent, ModelEvent } from "./model.ts";

interface EventRow<E> {
  /** Handlers may be bound to tags (a collection's name or id). */
  readonly tagged: boolean;
  /** When it fires, for the reference. */
  readonly fires: string;
  /** Carries the type only. */
  readonly event?: E;
}

const plain = <E extends HookEvent>(fires: string): EventRow<E> & { readonly tagged: false } => ({
  tagged: false,
  fires,
});
const tagged = <E extends HookEvent & TaggedEvent>(
  fires: string,
): EventRow<E> & { readonly tagged: true } => ({
  tagged: true,
  fires,
});

/**
 * Every hook there is, under PocketBase's name. Getters on the app, their types, the reference table and
 * the counters of the tests all derive from this table: a new event is one line here and one `trigger`.
 */
export const EVENTS = {
  onBootstrap: plain<BootstrapEvent>(
    "the app opens its databases, runs system migrations and loads its caches",
  ),
  onBootstrapClear: plain<BootstrapEvent>("the app lets go of what it opened at its bootstrap"),
  onServe: plain<ServeEvent>("the routes are made, before the server listens"),
  onTerminate: plain<TerminateEvent>("the app closes"),

  onBackupCreate: plain<BackupEvent>("a backup is made"),
  onBackupRestore: plain<BackupEvent>("a backup takes the place of the data"),

  onModelValidate: tagged<ModelEvent>("a model is validated"),
  onModelCreate: tagged<ModelEvent>("a new model is saved, before validation"),
  onModelCreateExecute: tagged<ModelEvent>("after validation, around the INSERT"),
  onModelAfterCreateSuccess: tagged<ModelEvent>("after the INSERT was committed"),
  onModelAfterCreateError: tagged<ModelErrorEvent>("after a create failed or was rolled back"),
  onModelUpdate: tagged<ModelEvent>("an existing model is saved, before validation"),
  onModelUpdateExecute: tagged<ModelEvent>("after validation, around the UPDATE"),
  onModelAfterUpdateSuccess: tagged<ModelEvent>("after the UPDATE was committed"),
  onModelAfterUpdateError: tagged<ModelErrorEvent>("after an update failed or was rolled back"),
  onModelDelete: tagged<ModelEvent>("a model is deleted"),
  onModelDeleteExecute: tagged<ModelEvent>("around the DELETE"),
  onModelAfterDeleteSuccess: tagged<ModelEvent>("after the DELETE was committed"),
  onModelAfterDeleteError: tagged<ModelErrorEvent>("after a delete failed or was rolled back"),

  onRecordEnrich: tagged<RecordEnrichEvent>("a record is prepared for an answer"),
  onRecordValidate: tagged<RecordEvent>("a record is validated"),
  onRecordCreate: tagged<RecordEvent>("a new record is saved, before validation"),
  onRecordCreateExecute: tagged<RecordEvent>("after validation, around the INSERT of a record"),
  onRecordAfterCreateSuccess: tagged<RecordEvent>("after a record's INSERT was committed"),
  onRecordAfterCreateError: tagged<RecordErrorEvent>(
    "after a record's create failed or was rolled back",
  ),
  onRecordUpdate: tagged<RecordEvent>("an existing record is saved, before validation"),
  onRecordUpdateExecute: tagged<RecordEvent>("after validation, around the UPDATE of a record"),
  onRecordAfterUpdateSuccess: tagged<RecordEvent>("after a record's UPDATE was committed"),
  onRecordAfterUpdateError: tagged<RecordErrorEvent>(
    "after a record's update failed or was rolled back",
  ),
  onRecordDelete: tagged<RecordEvent>("a record is deleted"),
  onRecordDeleteExecute: tagged<RecordEvent>("around the DELETE of a record and its cascades"),
  onRecordAfterDeleteSuccess: tagged<RecordEvent>("after a record's DELETE was committed"),
  onRecordAfterDeleteError: tagged<RecordErrorEvent>(
    "after a record's delete failed or was rolled back",
  ),

  onCollectionValidate: tagged<CollectionEvent>("a collection is validated"),
  onCollectionCreate: tagged<CollectionEvent>("a new collection is saved, before validation"),
  onCollectionCreateExecute: tagged<CollectionEvent>(
    "after validation, around the writes that make a collection",
  ),
  onCollectionAfterCreateSuccess: tagged<CollectionEvent>(
    "after a collection's create was committed",
  ),
  onCollectionAfterCreateError: tagged<CollectionErrorEvent>(
    "after a collection's create failed or was rolled back",
  ),
  onCollectionUpdate: tagged<CollectionEvent>("an existing collection is saved, before validation"),
  onCollectionUpdateExecute: tagged<CollectionEvent>(
    "after validation, around the writes that change a collection",
  ),
  onCollectionAfterUpdateSuccess: tagged<CollectionEvent>(
    "after a collection's update was committed",
  ),
  onCollectionAfterUpdateError: tagged<CollectionErrorEvent>(
    "after a collection's update failed or was rolled back",
  ),
  onCollectionDelete: tagged<CollectionEvent>("a collection is deleted"),
  onCollectionDeleteExecute: tagged<CollectionEvent>("around the writes that delete a collection"),
  onCollectionAfterDeleteSuccess: tagged<CollectionEvent>(
    "after a collection's delete was committed",
  ),
  onCollectionAfterDeleteError: tagged<CollectionErrorEvent>(
    "after a collection's delete failed or was rolled back",
  ),

  onRealtimeConnectRequest: plain<RealtimeConnectRequestEvent>(
    "a realtime client connects; ends with its connection",
  ),
  onRealtimeMessageSend: plain<RealtimeMessageEvent>(
    "a message is sent to a realtime client, PB_CONNECT included",
  ),
  onRealtimeSubscribeRequest: plain<RealtimeSubscribeRequestEvent>(
    "a realtime client says what it listens to",
  ),

  onSettingsListRequest: plain<SettingsListRequestEvent>("GET /api/settings"),
  onSettingsUpdateRequest: plain<SettingsUpdateRequestEvent>(
    "PATCH /api/settings, before the save",
  ),
  onSettingsReload: plain<SettingsReloadEvent>("the settings are read again"),

  onFileDownloadRequest: tagged<FileDownloadRequestEvent>("a file is served"),
  onFileTokenRequest: tagged<FileTokenRequestEvent>("a file token is made"),

  onRecordAuthRequest: tagged<AuthRequestEvent>(
    "every successful sign-in or refresh, before the answer",
  ),
  onRecordAuthWithPasswordRequest: tagged<AuthWithPasswordRequestEvent>(
    "a password login, after the look-up and before the comparison",
  ),
  onRecordAuthRefreshRequest: tagged<AuthRefreshRequestEvent>("an auth token is refreshed"),
  onRecordAuthWithOAuth2Request: tagged<AuthWithOAuth2RequestEvent>(
    "an OAuth2 sign-in, after the provider told who it is",
  ),
  onRecordRequestOTPRequest: tagged<RequestOtpRequestEvent>(
    "a one-time password is asked for, after the look-up",
  ),
  onRecordAuthWithOTPRequest: tagged<AuthWithOtpRequestEvent>(
    "a sign-in with a one-time password that was right",
  ),
  onRecordRequestPasswordResetRequest: tagged<RequestPasswordResetRequestEvent>(
    "a password reset is asked for, before the mail",
  ),
  onRecordConfirmPasswordResetRequest: tagged<ConfirmPasswordResetRequestEvent>(
    "a password is reset with a valid token, before the save",
  ),
  onRecordRequestVerificationRequest: tagged<RequestVerificationRequestEvent>(
    "a verification is asked for, before the mail",
  ),
  onRecordConfirmVerificationRequest: tagged<ConfirmVerificationRequestEvent>(
    "an address is verified with a valid token, before the save",
  ),
  onRecordRequestEmailChangeRequest: tagged<RequestEmailChangeRequestEvent>(
    "an e-mail change is asked for, before the mail",
  ),
  onRecordConfirmEmailChangeRequest: tagged<ConfirmEmailChangeRequestEvent>(
    "an e-mail change is confirmed with a valid token, before the save",
  ),

  onMailerSend: plain<MailerEvent>("a mail is sent"),
  onMailerRecordAuthAlertSend: tagged<MailerRecordEvent>(
    "the alert about a sign-in from a new place is sent",
  ),
  onMailerRecordPasswordResetSend: tagged<MailerRecordEvent>("a password reset mail is sent"),
  onMailerRecordVerificationSend: tagged<MailerRecordEvent>("a verification mail is sent"),
  onMailerRecordEmailChangeSend: tagged<MailerRecordEvent>("an e-mail change mail is sent"),
  onMailerRecordOTPSend: tagged<MailerRecordEvent>("a one-time password mail is sent"),

  onRecordsListRequest: tagged<RecordsListRequestEvent>("a list of records, after the query"),
  onRecordViewRequest: tagged<RecordRequestEvent>("one record is viewed, after the query"),
  onRecordCreateRequest: tagged<RecordRequestEvent>(
    "a record is created through the API, before validation",
  ),
  onRecordUpdateRequest: tagged<RecordRequestEvent>(
    "a record is updated through the API, before validation",
  ),
  onRecordDeleteRequest: tagged<RecordRequestEvent>(
    "a record is deleted through the API, before the delete",
  ),

  onBatchRequest: plain<BatchRequestEvent>("POST /api/batch, before its transaction"),

  onCollectionsListRequest: plain<CollectionsListRequestEvent>(
    "a list of collections, after the query",
  ),
  onCollectionViewRequest: plain<CollectionRequestEvent>("one collection is viewed"),
  onCollectionCreateRequest: plain<CollectionRequestEvent>(
    "a collection is created through the API, before the save",
  ),
  onCollectionUpdateRequest: plain<CollectionRequestEvent>(
    "a collection is updated through the API, before the save",
  ),
  onCollectionDeleteRequest: plain<CollectionRequestEvent>(
    "a collection is deleted through the API, before the delete",
  ),
  onCollectionsImportRequest: plain<CollectionsImportRequestEvent>(
    "collections are imported, before the import",
  ),
} as const;

export type EventName = keyof typeof EVENTS;

/** The event type behind a hook's name. */
export type EventOf<N extends EventName> = NonNullable<(typeof EVENTS)[N]["event"]>;

/** The hooks themselves, by name. */
export type EventHooks = { readonly [N in EventName]: Hook<EventOf<N>> };

/**
 * How handlers are bound. `app.onRecordCreate("posts").bindFunc(func)` and the short form of PocketBase's
 * JavaScript hooks, `app.onRecordCreate(func, "posts")`, which returns the handler's id.
 */
export interface HookGetter<E extends HookEvent> {
  (func: HandlerFunc<E>, ...tags: string[]): string;
  (...tags: string[]): E extends TaggedEvent ? TaggedHook<E> : Hook<E>;
}

export type HookGetters = { readonly [N in EventName]: HookGetter<EventOf<N>> };

export const EVENT_NAMES = Object.keys(EVENTS) as EventName[];

export function createHooks(): EventHooks {
  return Object.fromEntries(EVENT_NAMES.map((name) => [name, new Hook()])) as unknown as EventHooks;
}

/** What a getter is called on. */
interface HasEvents {
  readonly events: EventHooks;
}

/** Puts the getter of every event on a prototype whose instances have `events`. */
export function defineGetters(prototype: HasEvents): void {
  for (const name of EVENT_NAMES) {
    Object.defineProperty(prototype, name, {
      value(this: HasEvents, ...args: (HandlerFunc<HookEvent> | string)[]) {
        const hook = this.events[name] as unknown as Hook<HookEvent & TaggedEvent>;
        const [first, ...rest] = args;
        if (typeof first === "function")
          return new TaggedHook(hook, rest as string[]).bindFunc(first);
        return EVENTS[name].tagged ? new TaggedHook(hook, args as string[]) : hook;
      },
    });
  }
}
