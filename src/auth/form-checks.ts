import { type Check, length, required, satisfies } from "../lib/checks.ts";
import { isEmail } from "../lib/email.ts";

/** An address that must be there, as every form of auth checks it. */
export const EMAIL: readonly Check[] = [
  required,
  length(1, 255),
  satisfies(isEmail, "validation_is_email", "Must be a valid email address."),
];
