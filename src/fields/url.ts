import { problem } from "../lib/errors.ts";
import { hostOfUrl, isUrl } from "../lib/url.ts";
import { domainText, type DomainTextField } from "./domain-text.ts";
import type { FieldType } from "./field.ts";

/** A URL, with or without scheme, kept as it was typed. */
export const url: FieldType<DomainTextField> = domainText({
  type: "url",
  isValid: isUrl,
  domainOf: hostOfUrl,
  invalid: problem("validation_invalid_url", "Must be a valid url"),
  notAllowed: problem("validation_url_domain_not_allowed", "Url domain is not allowed"),
});
