import { problem } from "../lib/errors.ts";

/** What is wrong with a token that was sent in a form. */
export const INVALID_TOKEN = problem("validation_invalid_token", "Invalid or expired token.");
export const COLLECTION_MISMATCH = problem(
  "validation_token_collection_mismatch",
  "The provided token is for different auth collection.",
);
