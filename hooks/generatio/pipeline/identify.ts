import type { RecordModel } from "generatio";
import { ProductError } from "../errors.ts";
import { USERS } from "../tokens/stored-keys.ts";

/** Step 1: who is it? @throws ProductError unless it is one of the product's own users */
export function identify(auth: RecordModel | undefined): RecordModel {
  if (!auth) {
    throw new ProductError("authentication_error", "Log in first: the request has no valid token.");
  }
  if (auth.collection.name !== USERS) {
    throw new ProductError(
      "authorization_error",
      `This is for accounts of ${USERS} only; a superuser can impersonate one.`,
    );
  }
  return auth;
}
