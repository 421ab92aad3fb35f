import type { App } from "../app.ts";
import type { RecordModel } from "../records/record.ts";

/** Mails of one kind to one record are at least this far apart. */
const LOCK_MS = 2 * 60_000;

export type LockedMail = "PasswordReset" | "Verification";

/** True while a mail of this kind was sent a moment ago. Kept in memory, as in PocketBase. */
export function isResendLocked(app: App, mail: LockedMail, record: RecordModel): boolean {
  return app.store.has(keyOf(mail, record));
}

export function lockResend(app: App, mail: LockedMail, record: RecordModel): void {
  const key = keyOf(mail, record);
  app.store.set(key, true);
  setTimeout(() => app.store.delete(key), LOCK_MS).unref();
}

export function unlockResend(app: App, mail: LockedMail, record: RecordModel): void {
  app.store.delete(keyOf(mail, record));
}

function keyOf(mail: LockedMail, record: RecordModel): string {
  return `@limit${mail}Email_${record.collection.id}${record.id}`;
}
