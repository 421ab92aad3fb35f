import { badRequest, forbidden, unauthorized } from "../../lib/errors.ts";
import { defineMiddleware, type Middleware } from "../chain.ts";
import type { RequestEvent } from "../event.ts";

const TOKEN_REQUIRED = "The request requires valid record authorization token.";

/** Only for requests without authentication. */
export function requireGuestOnly(): Middleware {
  return guard("pbRequireGuestOnly", (event) => {
    if (event.auth !== undefined) throw badRequest("The request can be accessed only by guests.");
  });
}

/** Only for authenticated requests. @param collections names of the auth collections; all when none is given */
export function requireAuth(...collections: string[]): Middleware {
  return guard("pbRequireAuth", (event) => assertAuth(event, collections));
}

export function requireSuperuserAuth(): Middleware {
  return guard("pbRequireSuperuserAuth", (event) => assertAuth(event, ["_superusers"]));
}

/** Only for superusers and the record that a path parameter names. */
export function requireSuperuserOrOwnerAuth(param = "id"): Middleware {
  return guard("pbRequireSuperuserOrOwnerAuth", (event) => {
    if (event.auth === undefined) {
      throw unauthorized("The request requires superuser or record authorization token.");
    }
    // Ids of auth records are unique across all auth collections.
    if (!event.hasSuperuserAuth() && event.auth.id !== event.params[param]) throw forbidden();
  });
}

/** Only for records of the collection that a path parameter names. */
export function requireSameCollectionAuth(param = "collection"): Middleware {
  return guard("pbRequireSameCollectionContextAuth", (event) => {
    if (event.auth === undefined) throw unauthorized(TOKEN_REQUIRED);
    const own = event.auth.collection;
    if (event.app.collections.find(event.params[param] ?? "")?.id !== own.id) {
      throw forbidden(`The request requires auth record from ${own.name} collection.`);
    }
  });
}

function assertAuth(event: RequestEvent, collections: readonly string[]): void {
  if (event.auth === undefined) throw unauthorized(TOKEN_REQUIRED);
  if (collections.length > 0 && !collections.includes(event.auth.collection.name)) {
    throw forbidden("The authorized record is not allowed to perform this action.");
  }
}

function guard(id: string, check: (event: RequestEvent) => void): Middleware {
  return defineMiddleware({ id, enter: check });
}
