/*
 * The public API: everything an extension or an embedding program may import. What is not here is not meant
 * to be relied on.
 */
export { App } from "./app.ts";
export type { AfterTransaction } from "./app-state.ts";
export { BootstrapEvent, ServeEvent, TerminateEvent } from "./app-events.ts";
export {
  AuthRefreshRequestEvent,
  AuthRequestEvent,
  AuthWithPasswordRequestEvent,
} from "./auth/events.ts";
export { newAuthToken, newFileToken } from "./auth/tokens.ts";
export { BatchRequestEvent } from "./batch/events.ts";
export type { InternalRequest } from "./batch/events.ts";
export { Collection } from "./collections/collection.ts";
export type { AuthOptions, CollectionKind, Rule, ViewOptions } from "./collections/collection.ts";
export { importCollections } from "./collections/import.ts";
export { decodeCollection, newCollection } from "./collections/scaffold.ts";
export type { AppConfig, AppOptions } from "./config.ts";
export type { CommandRun, CommandTable, OwnCommand } from "./command-table.ts";
export type { CronEntry, CronJob } from "./crons/cron-table.ts";
export type { Database, RunResult, Statement } from "./db/database.ts";
export { createApp } from "./embed.ts";
export type { ListenOptions, Server, ServerOptions, StartReport } from "./embed.ts";
export { EVENTS } from "./events/events.ts";
export type { EventName, EventOf } from "./events/events.ts";
export { Hook, HookEvent, TaggedHook } from "./events/hook.ts";
export type { Handler, HandlerFunc } from "./events/hook.ts";
export { ModelErrorEvent, ModelEvent } from "./events/model.ts";
export type { Model } from "./events/model.ts";
export type { Extension } from "./extensions/load.ts";
export type { Migration } from "./extensions/migrations.ts";
export type { Field, FieldType } from "./fields/field.ts";
export { RequestEvent } from "./http/event.ts";
export {
  requireAuth,
  requireGuestOnly,
  requireSameCollectionAuth,
  requireSuperuserAuth,
  requireSuperuserOrOwnerAuth,
} from "./http/middleware/require.ts";
export { bodyLimit } from "./http/middleware/body-limit.ts";
export { Router } from "./http/router.ts";
export type { UIExtension } from "./http/ui-extensions.ts";
export {
  ApiError,
  badRequest,
  forbidden,
  internalError,
  notFound,
  NotFoundError,
  problem,
  tooManyRequests,
  unauthorized,
  ValidationError,
} from "./lib/errors.ts";
export type { ErrorLeaf, ErrorTree } from "./lib/errors.ts";
export type { UploadedFile } from "./lib/upload.ts";
export { uploadFromBytes, uploadFromPath } from "./lib/upload-source.ts";
export { Logger, terminalSink } from "./logs/logger.ts";
export type { LogLevel } from "./logs/logger.ts";
export type { PrivateTable, PrivateTableDefinition, PrivateRow } from "./private-tables/table.ts";
export type { RealtimeClient, Subscription } from "./realtime/client.ts";
export type { RealtimeMessage } from "./realtime/frame.ts";
export {
  RealtimeConnectRequestEvent,
  RealtimeMessageEvent,
  RealtimeSubscribeRequestEvent,
} from "./realtime/events.ts";
export type { RealtimeService } from "./realtime/service.ts";
export {
  RecordEnrichEvent,
  RecordErrorEvent,
  RecordEvent,
  RecordRequestEvent,
  RecordsListRequestEvent,
} from "./records/events.ts";
export { enrichRecords } from "./records/enrich.ts";
export { RecordModel } from "./records/record.ts";
export type { RequestInfo } from "./records/request-info.ts";
export type { SettingsData } from "./settings/settings.ts";
