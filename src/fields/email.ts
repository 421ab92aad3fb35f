import { isEmail } from "../lib/email.ts";
import { problem } from "../lib/errors.ts";
import { domainText, type DomainTextField } from "./domain-text.ts";
import type { FieldType } from "./field.ts";

/** An e-mail address, kept as it was typed. */
export const email: FieldType<DomainTextField> = domainText({
  type: "email",
  isValid: isEmail,
  domainOf: (text) => text.slice(text.lastIndexOf("@") + 1),
  invalid: problem("validation_is_email", "Must be a valid email address"),
  notAllowed: problem("validation_email_domain_not_allowed", "Email domain is not allowed"),
});
