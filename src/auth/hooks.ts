import type { App } from "../app.ts";
import type { AuthExtraTable } from "../db/dialect/auth-extras.ts";
import { existsInAny } from "../db/dialect/references.ts";
import type { ModelEvent } from "../events/model.ts";
import { problem, ValidationError } from "../lib/errors.ts";
import { randomText } from "../lib/id.ts";
import type { RecordEvent } from "../records/events.ts";
import { findRecord } from "../records/find.ts";
import { RecordModel } from "../records/record.ts";
import { passwordHash } from "./passwords.ts";
import { bindAuthReferences, deleteReferencing, findReferencing } from "./references.ts";

/** What happens to auth records beside the ordinary save (PocketBase: core/record_model.go and the auth models). */
export function bindAuthHooks(app: App): void {
  const ifAuth = (func: (event: RecordEvent) => Promise<void>) => (event: RecordEvent) =>
    event.record.collection.isAuth ? func(event) : event.next();
  app
    .onRecordCreateExecute()
    .bind({ id: "__pbAuthRecordCreate__", priority: 99, func: ifAuth(refuseForeignId) });
  app
    .onRecordUpdateExecute()
    .bind({ id: "__pbAuthRecordUpdate__", priority: 99, func: ifAuth(rotateTokenKey) });
  app
    .onRecordUpdate()
    .bind({ id: "__pbAuthPasswordChange__", priority: 99, func: ifAuth(dropSecondFactors) });
  app
    .onRecordUpdateExecute()
    .bind({ id: "__pbAuthVerified__", priority: 99, func: ifAuth(dropExternalAuths) });
  app
    .onRecordUpdateExecute()
    .bind({ id: "__pbAuthTokenKeyChange__", priority: 99, func: ifAuth(dropOneTimePasswords) });
  bindAuthReferences(app);
  forgetTokensOfChanged(app);
}

/** A remembered token must not outlive a change of its record. */
export function forgetTokensOfChanged(app: App): void {
  const { tokens } = app.auth;
  const forget = async (event: ModelEvent): Promise<void> => {
    if (event.model instanceof RecordModel && event.model.collection.isAuth)
      tokens.forget(event.model);
    await event.next();
  };
  for (const hook of [app.onModelAfterUpdateSuccess(), app.onModelAfterDeleteSuccess()]) {
    hook.bind({ id: "__pbAuthForgetTokens__", priority: -9999, func: forget });
  }
}

/** An id is one person's in all auth collections together: a rule that compares only ids must not be fooled. */
async function refuseForeignId(event: RecordEvent): Promise<void> {
  const { app, record } = event;
  const others = app.collections
    .all()
    .filter(({ isAuth, id }) => isAuth && id !== record.collection.id);
  const tables = others.map((collection) => collection.name);
  if (tables.length > 0 && (await app.db.get(existsInAny(tables, record.id)))) {
    throw new ValidationError({
      id: problem("validation_invalid_auth_id", "Invalid or duplicated auth record id."),
    });
  }
  await event.next();
}

/** A new password or e-mail ends every token that was made before. */
async function rotateTokenKey(event: RecordEvent): Promise<void> {
  const { app, record } = event;
  const stored = await findRecord(app, record.collection, record.id);
  if (!stored) throw new Error(`missing auth record ${record.id}`);
  const isChanged =
    passwordHash(stored) !== passwordHash(record) ||
    stored.getString("email") !== record.getString("email");
  if (isChanged && stored.getString("tokenKey") === record.getString("tokenKey"))
    refreshTokenKey(record);
  await event.next();
}

async function dropSecondFactors(event: RecordEvent): Promise<void> {
  const before = passwordHash(event.record.original());
  await event.next();
  if (before === passwordHash(event.record)) return;
  await deleteReferencing(event.app, "_mfas", event.record);
  await deleteReferencing(event.app, "_authOrigins", event.record);
}

const WAYS_IN: readonly AuthExtraTable[] = ["_xApiKeys", "_xTotp", "_xRecoveryCodes", "_xPasskeys"];

/** Whoever linked an account before its owner proved the address may be someone else; so may who added a key. */
async function dropExternalAuths(event: RecordEvent): Promise<void> {
  const { record } = event;
  const original = record.original();
  if (original.getBool("verified") || !record.getBool("verified")) return event.next();
  const outer = event.app;
  try {
    await outer.runInTransaction(async (tx) => {
      event.app = tx;
      const links = await findReferencing(tx, "_externalAuths", record);
      await deleteReferencing(tx, "_externalAuths", record);
      const others = await tx.auth.extras.deleteOwned(tx, record, WAYS_IN);
      if (links.length + others > 0) refreshTokenKey(record);
      await event.next();
    });
  } finally {
    event.app = outer;
  }
}

async function dropOneTimePasswords(event: RecordEvent): Promise<void> {
  const before = event.record.original().getString("tokenKey");
  await event.next();
  if (before !== event.record.getString("tokenKey"))
    await deleteReferencing(event.app, "_otps", event.record);
}

export function refreshTokenKey(record: RecordModel): void {
  record.setRaw("tokenKey", randomText(50));
}
