import type { RequestEvent } from "../../../http/event.ts";
import { isOverLimit } from "../../../http/middleware/rate-limit.ts";
import { checkObject, equals, length, required } from "../../../lib/checks.ts";
import {
  ApiError,
  badRequest,
  notFound,
  tooManyRequests,
  ValidationError,
} from "../../../lib/errors.ts";
import { deleteRecord } from "../../../records/delete.ts";
import type { RecordModel } from "../../../records/record.ts";
import { type AuthCollection, readForm, requireValid } from "../../form.ts";
import { EMAIL } from "../../form-checks.ts";
import { settlePassword } from "../../passwords.ts";
import { respondWithAuth } from "../../respond.ts";
import { saveOrRefuse } from "../../save-or-refuse.ts";
import { SUPERUSERS } from "../../superusers.ts";
import { createAnonymous, endAnonymity } from "../anonymous.ts";
import { requireExtra, requireOwn } from "./context.ts";

/** New accounts of one address: nobody must fill the disk with them. */
const NEW_ACCOUNTS = { maxRequests: 60, duration: 3600 };

/** POST auth-anonymous: a new account for whoever asks. */
export async function authAnonymous(event: RequestEvent): Promise<void> {
  const { collection } = await requireExtra(event, "anonymous");
  if (collection.name === SUPERUSERS) throw notFound();
  if (isOverLimit(event, `@pb_anonymous_${collection.id}`, NEW_ACCOUNTS)) throw tooManyRequests();
  const record = await create(event, collection);
  try {
    await respondWithAuth(event, { record, authMethod: "anonymous" });
  } catch (error) {
    // The auth rule or a handler refused: nobody has this account.
    await deleteRecord(event.app, record);
    throw error;
  }
}

/**
 * POST upgrade-anonymous: the caller's account gets an address and a password; its id and all that refers to it
 * stay. Its tokens end, as with every new password.
 */
export async function upgradeAnonymous(event: RequestEvent): Promise<void> {
  const { collection } = await requireExtra(event, "anonymous");
  const record = requireOwn(event, collection);
  const form = await readForm(event, ["email", "password", "passwordConfirm"]);
  requireValid(
    checkObject(form, {
      email: EMAIL,
      password: [required, length(1, 255)],
      passwordConfirm: [required, equals(form.password)],
    }),
  );
  record.set("email", form.email);
  record.set("password", form.password);
  await settlePassword(record);
  await event.app.runInTransaction(async (tx) => {
    if (!(await endAnonymity(tx, record))) throw badRequest("The account is not anonymous.");
    await saveOrRefuse(tx, record, "Failed to upgrade the account.");
  });
  await event.noContent();
}

async function create(event: RequestEvent, collection: AuthCollection): Promise<RecordModel> {
  try {
    return await createAnonymous(event.app, collection);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw badRequest("Failed to create an anonymous account.", {
      data: error instanceof ValidationError ? error.errors : {},
      cause: error,
    });
  }
}
