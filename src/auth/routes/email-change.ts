import type { RequestEvent } from "../../http/event.ts";
import { type Check, checkObject, firstProblem, length, required } from "../../lib/checks.ts";
import {
  ApiError,
  badRequest,
  type ErrorLeaf,
  type ErrorTree,
  problem,
  unauthorized,
} from "../../lib/errors.ts";
import type { RecordModel } from "../../records/record.ts";
import { afterCommit } from "../after-commit.ts";
import { ConfirmEmailChangeRequestEvent, RequestEmailChangeRequestEvent } from "../events.ts";
import { type AuthCollection, authCollection, readForm, requireValid } from "../form.ts";
import { EMAIL } from "../form-checks.ts";
import { findByEmail } from "../identity.ts";
import { peekClaims } from "../jwt.ts";
import { checkPassword } from "../passwords.ts";
import { saveOrRefuse } from "../save-or-refuse.ts";
import { SUPERUSERS } from "../superusers.ts";
import { COLLECTION_MISMATCH, INVALID_TOKEN } from "../token-problems.ts";

/** POST request-email-change: a mail to the new address (PocketBase: apis/record_auth_email_change_request.go). */
export async function requestEmailChange(event: RequestEvent): Promise<void> {
  const collection = changeable(event);
  const record = event.auth;
  if (!record) throw unauthorized("The request requires valid auth record.");
  const { newEmail } = await readForm(event, ["newEmail"]);
  const wrong =
    firstProblem(newEmail, [...EMAIL, isNot(record.getString("email"))]) ??
    (await isTaken(event, collection, newEmail, record.id));
  requireValid(wrong ? { newEmail: wrong } : {});
  const request = new RequestEmailChangeRequestEvent(event, { record, newEmail });
  await event.app.events.onRecordRequestEmailChangeRequest.trigger(request, async () => {
    try {
      await request.app.mail.sendEmailChange(request.record, request.newEmail);
    } catch (error) {
      throw error instanceof ApiError
        ? error
        : badRequest("Failed to request email change.", { cause: error });
    }
    await afterCommit(request.app, () => request.noContent());
  });
}

function isNot(current: string): Check {
  return (value) =>
    value === current ? problem("validation_not_in_invalid", "Must not be in list.") : undefined;
}

async function isTaken(
  { app }: RequestEvent,
  collection: AuthCollection,
  email: string,
  ownId: string,
): Promise<ErrorLeaf | undefined> {
  const found = await findByEmail(app, collection, email);
  if (!found || found.id === ownId) return undefined;
  return problem("validation_invalid_new_email", "Invalid new email address.");
}

/** POST confirm-email-change (PocketBase: apis/record_auth_email_change_confirm.go). */
export async function confirmEmailChange(event: RequestEvent): Promise<void> {
  const collection = changeable(event);
  const form = await readForm(event, ["token", "password"]);
  const token = await readToken(event, collection, form.token);
  const { record } = token;
  requireValid({
    ...(token.problem && { token: token.problem }),
    ...checkObject(form, { password: [required, length(1, 100)] }),
    ...(await passwordProblem(record, form.password)),
  });
  const { newEmail } = token;
  const confirm = new ConfirmEmailChangeRequestEvent(event, { record: record!, newEmail });
  await event.app.events.onRecordConfirmEmailChangeRequest.trigger(confirm, async () => {
    await changeEmail(confirm, form.token);
    await afterCommit(confirm.app, () => confirm.noContent());
  });
}

interface ReadToken {
  readonly record?: RecordModel;
  readonly newEmail: string;
  readonly problem?: ErrorLeaf | ErrorTree;
}

async function readToken(
  event: RequestEvent,
  collection: AuthCollection,
  token: string,
): Promise<ReadToken> {
  const missing = firstProblem(token, [required]);
  if (missing) return { problem: missing, newEmail: "" };
  const newEmail = peekClaims(token)["newEmail"];
  if (typeof newEmail !== "string" || newEmail === "") {
    const message = "Invalid token payload - newEmail must be set.";
    return { problem: problem("validation_invalid_token_payload", message), newEmail: "" };
  }
  const record = await event.app.auth.findRecordByToken(token, ["emailChange"]);
  if (!record) return { problem: INVALID_TOKEN, newEmail };
  if (record.collection.id !== collection.id) return { problem: COLLECTION_MISMATCH, newEmail };
  if (await findByEmail(event.app, collection, newEmail))
    return { problem: ADDRESS_TAKEN, newEmail };
  return { record, newEmail };
}

const ADDRESS_TAKEN = problem(
  "validation_invalid_token_email",
  "The new email address is invalid.",
);

async function passwordProblem(
  record: RecordModel | undefined,
  password: string,
): Promise<ErrorTree> {
  if (password === "" || Buffer.byteLength(password) > 100) return {};
  if (record && (await checkPassword(record, password))) return {};
  return {
    password: problem("validation_invalid_password", "Missing or invalid auth record password."),
  };
}

/** The new address ends the token; a second use of it that came at the same time finds it ended. */
async function changeEmail(
  { app, record, newEmail, collection }: ConfirmEmailChangeRequestEvent,
  token: string,
): Promise<void> {
  record.set("email", newEmail);
  record.set("verified", true);
  await app.runInTransaction(async (tx) => {
    if (!(await tx.auth.findRecordByToken(token, ["emailChange"])))
      throw badRequest("Invalid or expired token.");
    if (await findByEmail(tx, collection, newEmail)) {
      requireValid({ token: ADDRESS_TAKEN });
    }
    await saveOrRefuse(tx, record, "Failed to confirm email change.");
  });
}

function changeable(event: RequestEvent): AuthCollection {
  const collection = authCollection(event);
  if (collection.name === SUPERUSERS)
    throw badRequest("All superusers can change their emails directly.");
  return collection;
}
