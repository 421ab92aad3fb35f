import { defineMiddleware, type Middleware } from "../chain.ts";
import { assertLength } from "../body.ts";
import type { RequestEvent } from "../event.ts";

/** What a body may have where no route says otherwise. */
export const DEFAULT_BODY_LIMIT = 32 << 20;

/**
 * Refuses larger bodies with 413: by their announced length at once, else while they are read.
 *
 * @param limit bytes, or a function that knows them for a request; no limit when not positive
 */
export function bodyLimit(limit: number | ((event: RequestEvent) => number)): Middleware {
  return defineMiddleware({
    id: "pbBodyLimit",
    priority: -990,
    enter: (event) => {
      const bytes = typeof limit === "number" ? limit : limit(event);
      event.state.bodyLimit = bytes > 0 ? bytes : Infinity;
      assertLength(event.state.incoming, event.state.bodyLimit);
    },
  });
}
