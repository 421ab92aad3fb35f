import type { RequestEvent } from "../../http/event.ts";
import { checkObject, length, oneOf, required } from "../../lib/checks.ts";
import { badRequest, forbidden } from "../../lib/errors.ts";
import { checkFloorMs, waitForAnswerTime } from "../answer-time.ts";
import { AuthWithPasswordRequestEvent } from "../events.ts";
import { authCollection, readForm, requireValid } from "../form.ts";
import { findByIdentity } from "../identity.ts";
import { checkPassword, passwordCost, passwordHash, pretendToCheck } from "../passwords.ts";
import { respondWithAuth } from "../respond.ts";

/** POST auth-with-password (PocketBase: apis/record_auth_with_password.go). */
export async function authWithPassword(event: RequestEvent): Promise<void> {
  const collection = authCollection(event);
  const { passwordAuth } = collection.auth;
  if (!passwordAuth.enabled) {
    throw forbidden("The collection is not configured to allow password authentication.");
  }
  const form = await readForm(event, ["identity", "password", "identityField"]);
  requireValid(
    checkObject(form, {
      identity: [required, length(1, 255)],
      password: [required, length(1, 255)],
      identityField: [length(1, 255), oneOf(passwordAuth.identityFields)],
    }),
  );
  event.set("infoContext", "password");
  const record = await findByIdentity(event.app, collection, form.identity, form.identityField);
  const login = new AuthWithPasswordRequestEvent(event, collection, { ...form, record });
  let isRefused = false;
  try {
    await event.app.events.onRecordAuthWithPasswordRequest.trigger(login, async () => {
      isRefused = !(await isRight(login));
      if (isRefused) throw badRequest("Failed to authenticate.");
      await respondWithAuth(login, { record: login.record!, authMethod: "password" });
    });
  } finally {
    if (isRefused) await waitForAnswerTime(event, checkFloorMs(passwordCost(collection)));
  }
}

/** Takes as long for nobody and for somebody without a password as for a wrong one. */
async function isRight({
  record,
  collection,
  password,
}: AuthWithPasswordRequestEvent): Promise<boolean> {
  if (record && passwordHash(record) !== "") return checkPassword(record, password);
  await pretendToCheck(collection, password);
  return false;
}
