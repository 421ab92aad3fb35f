import { defineMiddleware } from "../chain.ts";

/** Before anything is decided: what another process wrote to the data folder counts for this request. */
export const foreignChanges = defineMiddleware({
  id: "pbForeignChanges",
  priority: -1025,
  enter: (event) => event.app.noticeForeignChanges(),
});
