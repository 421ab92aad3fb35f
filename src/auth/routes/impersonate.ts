import type { RequestEvent } from "../../http/event.ts";
import { atLeast, checkObject } from "../../lib/checks.ts";
import { forbidden, internalError, notFound } from "../../lib/errors.ts";
import { findRecord } from "../../records/find.ts";
import type { RecordModel } from "../../records/record.ts";
import { authCollection, integerIn, readValues, requireValid } from "../form.ts";
import { respondWithAuth } from "../respond.ts";
import { newAuthToken } from "../tokens.ts";

/** POST impersonate/{id}: a token of somebody else that cannot be renewed (PocketBase: apis/record_auth_impersonate.go). */
export async function impersonate(event: RequestEvent): Promise<void> {
  if (!event.hasSuperuserAuth()) throw forbidden();
  const collection = authCollection(event);
  const record = await findRecord(event.app, collection, event.params["id"] ?? "");
  if (!record) throw notFound();
  const duration = integerIn((await readValues(event)).get("duration"));
  requireValid(checkObject({ duration }, { duration: [atLeast(0)] }));
  const token = staticToken(record, duration || collection.auth.authToken.duration);
  await respondWithAuth(event, { record, token, authMethod: "" });
}

function staticToken(record: RecordModel, seconds: number): string {
  try {
    return newAuthToken(record, seconds);
  } catch (error) {
    throw internalError("Failed to generate static auth token", { cause: error });
  }
}
