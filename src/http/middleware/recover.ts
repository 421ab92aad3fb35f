import { internalError } from "../../lib/errors.ts";
import { defineMiddleware } from "../chain.ts";
import { isPanic } from "../errors.ts";

/** Turns a slip in the code into a 500 that says nothing of it. */
export const recover = defineMiddleware({
  id: "pbPanicRecover",
  priority: -1030,
  leave: (_event, failure) =>
    failure !== undefined && isPanic(failure.error)
      ? { error: internalError("", { cause: failure.error }) }
      : failure,
});
