import type { RequestEvent } from "../http/event.ts";
import { checkObject, length, required } from "../lib/checks.ts";
import { ApiError, badRequest, internalError, NotFoundError } from "../lib/errors.ts";
import { findRecord } from "../records/find.ts";
import type { RecordModel } from "../records/record.ts";
import { filterIds } from "../records/rule.ts";
import { hasTotp } from "./extras/totp-secrets.ts";
import { type AuthCollection, readForm, requireValid } from "./form.ts";
import { consume, hasExpired } from "./records.ts";

/**
 * The second factor of a sign-in (PocketBase: checkMFA in apis/record_helpers.go).
 *
 * @param method how the record signed in just now
 * @returns the id of a session to be answered with, when another method is still needed
 * @throws ApiError when the session that was sent along does not fit
 */
export async function checkSecondFactor(
  event: RequestEvent,
  record: RecordModel,
  method: string,
): Promise<string | undefined> {
  const mfa = record.collection.auth?.mfa;
  if (!mfa || method === "" || method === "anonymous") return undefined;
  const isAsked = mfa.enabled && (await wantsMfa(event, record, mfa.rule));
  // Whoever has set up an authenticator app is asked for a second step, whatever the collection asks of others.
  if (!isAsked && !(await hasTotp(event.app, record))) return undefined;
  const id = await readSessionId(event);
  if (id === "") return startSession(event, record, method);
  await finishSession(event, { id, record, method, duration: durationOf(mfa) });
  return undefined;
}

/**
 * The record that has done the first step of a sign-in, for methods that are only good as a second one.
 *
 * @throws ApiError 400 when the session is missing, over or of another collection
 */
export async function findMfaOwner(
  event: RequestEvent,
  collection: AuthCollection,
): Promise<RecordModel> {
  return (await findMfaSession(event, collection)).record;
}

/**
 * Whose first step it was, and how it was done.
 *
 * @throws ApiError 400 when the session is missing, over or of another collection
 */
export async function findMfaSession(
  event: RequestEvent,
  collection: AuthCollection,
): Promise<{ readonly record: RecordModel; readonly method: string }> {
  const { app } = event;
  const id = await readSessionId(event);
  requireValid(checkObject({ mfaId: id }, { mfaId: [required, length(1, 255)] }));
  const session = await findRecord(app, app.findCollection("_mfas"), id);
  const isGood =
    session?.getString("collectionRef") === collection.id &&
    !hasExpired(session, durationOf(collection.auth.mfa));
  const record = isGood && (await findRecord(app, collection, session.getString("recordRef")));
  if (!record) throw badRequest("Invalid or expired MFA session.");
  return { record, method: session.getString("method") };
}

/** Seconds of a session where the collection does not say. */
const DEFAULT_DURATION = 600;

function durationOf(mfa: { readonly duration: number }): number {
  return mfa.duration || DEFAULT_DURATION;
}

/** The `mfaId` of a request, in its query or its body; empty without one. @throws ApiError 400 when it is no text */
export async function readSessionId(event: RequestEvent): Promise<string> {
  const inQuery = event.query.get("mfaId");
  if (inQuery) return inQuery;
  try {
    return (await readForm(event, ["mfaId"])).mfaId;
  } catch (error) {
    if (error instanceof ApiError && error.status !== 400) throw error;
    throw badRequest("Failed to read MFA Id", { cause: error });
  }
}

async function wantsMfa(event: RequestEvent, record: RecordModel, rule: string): Promise<boolean> {
  if (rule === "") return true;
  try {
    const info = await event.requestInfo();
    return (await filterIds(event.app, record.collection, [record.id], rule, info)).size > 0;
  } catch (error) {
    throw badRequest("Failed to authenticate.", { cause: error });
  }
}

async function startSession(
  { app }: RequestEvent,
  record: RecordModel,
  method: string,
): Promise<string> {
  const values = { collectionRef: record.collection.id, recordRef: record.id, method };
  const session = app.newRecord("_mfas", values);
  try {
    await app.save(session);
  } catch (error) {
    throw error instanceof ApiError
      ? error
      : internalError("Failed to create MFA record", { cause: error });
  }
  return session.id;
}

interface SecondStep {
  /** The session's id. */
  readonly id: string;
  readonly record: RecordModel;
  readonly method: string;
  /** Seconds. */
  readonly duration: number;
}

async function finishSession(
  { app }: RequestEvent,
  { id, record, method, duration }: SecondStep,
): Promise<void> {
  const session = await findRecord(app, app.findCollection("_mfas"), id);
  const isOver = !session || hasExpired(session, duration);
  if (!isOver) {
    const isOwn = session.getString("recordRef") === record.id;
    if (!isOwn || session.getString("collectionRef") !== record.collection.id) {
      throw badRequest("Invalid MFA session.");
    }
    if (session.getString("method") === method) {
      throw badRequest("A different authentication method is required.");
    }
  }
  try {
    await app.runInTransaction((tx) => consume(tx, "_mfas", id));
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    throw badRequest("Invalid or expired MFA session.", { cause: error });
  }
  if (isOver) throw badRequest("Invalid or expired MFA session.");
}
