import type { Handler, RequestEvent, Router } from "generatio";
import { superuserOf, userOf } from "../caller.ts";

/** Where routes are added. */
export type RouteGroup = ReturnType<Router["group"]>;

/** Refuses everyone but the product's own users. */
export const requireUser: Handler<RequestEvent> = {
  id: "genRequireUser",
  func: (event) => {
    userOf(event);
    return event.next();
  },
};

/** Refuses everyone but superusers. */
export const requireSuperuser: Handler<RequestEvent> = {
  id: "genRequireSuperuser",
  func: (event) => {
    superuserOf(event);
    return event.next();
  },
};
