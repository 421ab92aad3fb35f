import { defineMiddleware } from "../chain.ts";

/**
 * Finds out who makes the request by the `Authorization` header, with or without `Bearer`. A token that is
 * missing, malformed, expired or of another type is no error: the request goes on as a guest's.
 */
export const loadAuthToken = defineMiddleware({
  id: "pbLoadAuthToken",
  priority: -1020,
  enter: (event) => {
    const header = event.header("authorization");
    if (!header || event.auth !== undefined) return undefined;
    const token = /^bearer ./i.test(header) ? header.slice("bearer ".length) : header;
    return event.app.auth.findRecordByToken(token, ["auth"]).then((record) => {
      event.auth = record;
    });
  },
});
