import type { RequestEvent } from "../../http/event.ts";
import { isOverLimit } from "../../http/middleware/rate-limit.ts";
import { checkObject, length, required } from "../../lib/checks.ts";
import {
  ApiError,
  badRequest,
  forbidden,
  NotFoundError,
  tooManyRequests,
} from "../../lib/errors.ts";
import { newRecordId } from "../../lib/id.ts";
import { hashPassword } from "../../lib/password.ts";
import { deleteRecord } from "../../records/delete.ts";
import { findRecord } from "../../records/find.ts";
import type { RecordModel } from "../../records/record.ts";
import { afterCommit, inBackground } from "../after-commit.ts";
import { checkFloorMs, waitForAnswerTime } from "../answer-time.ts";
import { AnsweredError } from "../answered.ts";
import { AuthWithOtpRequestEvent, RequestOtpRequestEvent } from "../events.ts";
import { type AuthCollection, authCollection, readForm, requireValid } from "../form.ts";
import { EMAIL } from "../form-checks.ts";
import { findByEmail } from "../identity.ts";
import { createOtp, newOtpPassword, trackSending, whenSent } from "../otp.ts";
import { checkPassword, passwordCost, pretendToCheck, randomPassword } from "../passwords.ts";
import { consume, hasExpired } from "../records.ts";
import { findReferencing } from "../references.ts";
import { respondWithAuth } from "../respond.ts";

/** Unexpired one-time passwords a record may have; then the newest is used again and no mail is sent. */
const MAX_OPEN = 9;

/** One-time passwords are a few digits: nobody may try many. */
const ATTEMPTS = { maxRequests: 5, duration: 180 };

/** POST request-otp: the same answer whether somebody has the address or not (PocketBase: apis/record_auth_otp_request.go). */
export async function requestOtp(event: RequestEvent): Promise<void> {
  const collection = authCollection(event);
  requireOtpEnabled(collection);
  const { email } = await readForm(event, ["email"]);
  requireValid(checkObject({ email }, { email: EMAIL }));
  const record = await findByEmail(event.app, collection, email);
  const password = newOtpPassword(collection.auth.otp.length);
  const request = new RequestOtpRequestEvent(event, collection, { record, password });
  await event.app.events.onRecordRequestOTPRequest.trigger(request, async () => {
    const { record: owner } = request;
    if (!owner) {
      await hashPassword(request.password, passwordCost(request.app.findCollection("_otps")));
      await request.json(200, { otpId: newRecordId() });
      throw new AnsweredError("nobody to send a one-time password to");
    }
    const otpId = (await findReusable(request, owner))?.id ?? (await sendNew(request, owner));
    await afterCommit(request.app, () => request.json(200, { otpId }));
  });
}

async function findReusable(
  { app, collection }: RequestOtpRequestEvent,
  owner: RecordModel,
): Promise<RecordModel | undefined> {
  if (app.config.dev) return undefined;
  const seconds = collection.auth!.otp.duration;
  const otps = await findReferencing(app, "_otps", owner);
  const open = otps.filter((otp) => !hasExpired(otp, seconds));
  if (open.length <= MAX_OPEN) return undefined;
  app.logger.warn("too many one-time passwords were asked for: the last one is used again", {
    recordId: owner.id,
  });
  return otps[0];
}

async function sendNew(request: RequestOtpRequestEvent, owner: RecordModel): Promise<string> {
  const { app, password } = request;
  // After the answer nothing of a handler's transaction is left to work with.
  const lasting = request.state.app;
  const otp = await createOtp(app, owner, password);
  const send = async (): Promise<void> => {
    try {
      await trackSending(lasting, otp.id, () => lasting.mail.sendOtp(owner, otp.id, password));
    } catch {
      // What was never sent must not be guessed. Why is in the log already.
      await deleteRecord(lasting, otp);
    }
  };
  await afterCommit(app, async () => inBackground(lasting, "Failed to send OTP email", send));
  return otp.id;
}

/** POST auth-with-otp (PocketBase: apis/record_auth_with_otp.go). */
export async function authWithOtp(event: RequestEvent): Promise<void> {
  const collection = authCollection(event);
  requireOtpEnabled(collection);
  const form = await readForm(event, ["otpId", "password"]);
  requireValid(
    checkObject(form, { otpId: [required, length(1, 255)], password: [required, length(1, 71)] }),
  );
  event.set("infoContext", "otp");
  const found = await findRightOtp(event, collection, form);
  const login = new AuthWithOtpRequestEvent(event, found);
  await event.app.events.onRecordAuthWithOTPRequest.trigger(login, async () => {
    await useOtp(login);
    await respondWithAuth(login, { record: login.record, authMethod: "otp" });
  });
}

interface FoundOtp {
  readonly otp: RecordModel;
  readonly record: RecordModel;
}

/** An id that was made up for nobody is refused after the same time as a wrong password for somebody. */
async function findRightOtp(
  event: RequestEvent,
  collection: AuthCollection,
  { otpId, password }: { readonly otpId: string; readonly password: string },
): Promise<FoundOtp> {
  const otps = event.app.findCollection("_otps");
  try {
    const found = await findOtp(event, collection, otpId);
    if (found instanceof ApiError) {
      await pretendToCheck(otps, password);
      throw found;
    }
    if (isOverLimit(event, `@pb_otp_${found.record.id}`, ATTEMPTS))
      throw tooManyRequests("Too many attempts, please try again later with a new OTP.");
    if (!(await checkPassword(found.otp, password))) throw invalidOtp("incorrect password");
    return found;
  } catch (error) {
    await waitForAnswerTime(event, checkFloorMs(passwordCost(otps)));
    throw error;
  }
}

/** @returns the reason when there is none */
async function findOtp(
  { app }: RequestEvent,
  collection: AuthCollection,
  id: string,
): Promise<FoundOtp | ApiError> {
  await whenSent(app, id);
  const otp = await findRecord(app, app.findCollection("_otps"), id);
  if (!otp) return invalidOtp("missing");
  if (otp.getString("collectionRef") !== collection.id)
    return invalidOtp("for a different collection");
  if (hasExpired(otp, collection.auth.otp.duration)) return invalidOtp("expired");
  const record = await findRecord(app, collection, otp.getString("recordRef"));
  if (!record) return invalidOtp("missing auth record");
  return { otp, record };
}

/**
 * Takes the one-time password out of the world and, if it was sent to the record's own address, takes that
 * as proof of it. Who had set a password before may be someone else: it goes, unless MFA asks for it too.
 */
async function useOtp(login: AuthWithOtpRequestEvent): Promise<void> {
  const { app, otp, record } = login;
  const sentTo = otp.getString("sentTo");
  const proves =
    !record.getBool("verified") && sentTo !== "" && sentTo === record.getString("email");
  const replaces = proves && !record.collection.auth?.mfa.enabled;
  const password = replaces ? await randomPassword(record.collection) : undefined;
  try {
    await app.runInTransaction((tx) => consume(tx, "_otps", otp.id));
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    throw invalidOtp("used already");
  }
  if (!proves) return;
  record.set("verified", true);
  if (password) record.setRaw("password", password);
  try {
    await app.save(record);
  } catch (error) {
    app.logger.error("the address proven by a one-time password was not marked", {
      recordId: record.id,
      error,
    });
  }
}

function requireOtpEnabled({ auth }: AuthCollection): void {
  if (!auth.otp.enabled)
    throw forbidden("The collection is not configured to allow OTP authentication.");
}

function invalidOtp(reason: string): ApiError {
  return badRequest("Invalid or expired OTP", { cause: new Error(reason) });
}
