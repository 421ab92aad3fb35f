import type { App } from "./app.ts";
import { forgetTokensOfChanged } from "./auth/hooks.ts";
import { registerAuth } from "./auth/register.ts";
import { registerBackups } from "./backups/register.ts";
import { registerBatch } from "./batch/register.ts";
import { leaveCommitOrder } from "./changes/leave-order.ts";
import { registerChanges } from "./changes/register.ts";
import { registerCollections } from "./collections/register.ts";
import { registerCrons } from "./crons/register.ts";
import { registerFiles } from "./files/register.ts";
import { registerHealth } from "./health/register.ts";
import { registerLogs } from "./logs/register.ts";
import { registerHttp } from "./http/register.ts";
import { registerNotify } from "./notify/register.ts";
import { registerRealtime } from "./realtime/register.ts";
import { registerMail } from "./mail/register.ts";
import { registerRecords } from "./records/register.ts";
import { registerSettings } from "./settings/register.ts";
import { registerSql } from "./sql/register.ts";

/** The engine's features, in the order in which PocketBase binds its APIs. Each comes in by the door that extensions use. */
export const features: readonly ((app: App) => void)[] = [
  registerHttp,
  registerCrons,
  registerNotify,
  registerSettings,
  registerCollections,
  registerRecords,
  registerChanges,
  registerRealtime,
  registerAuth,
  registerMail,
  registerBatch,
  registerLogs,
  registerBackups,
  registerFiles,
  registerHealth,
  registerSql,
];

/** What keeps the engine's own memory right: bound even where there are no hooks (`app.unsafeWithoutHooks()`). */
export const upkeep: readonly ((app: App) => void)[] = [forgetTokensOfChanged, leaveCommitOrder];
