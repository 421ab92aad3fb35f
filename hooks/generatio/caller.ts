import type { RecordModel, RequestEvent } from "generatio";
import { ProductError } from "./errors.ts";
import type { Product } from "./product.ts";
import { SESSION_HEADER } from "./sessions/hooks.ts";
import type { Session } from "./sessions/store.ts";
import { USERS } from "./tokens/vault.ts";

/** The user who makes the request. @throws ProductError */
export function userOf(event: RequestEvent): RecordModel {
  const { auth } = event;
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

/** The key session named by the request. @throws ProductError when it is missing, over, or another user's */
export function sessionOf(event: RequestEvent, { sessions }: Product): Session {
  const user = userOf(event);
  const id = event.header(SESSION_HEADER) ?? "";
  if (id === "") {
    throw new ProductError(
      "authentication_error",
      `The header ${SESSION_HEADER} is missing: create a session first.`,
    );
  }
  const session = sessions.find(id, user.id);
  if (!session) {
    throw new ProductError(
      "authentication_error",
      "The session is unknown or over: create a new one.",
    );
  }
  return session;
}
