import { TEXT_COLUMN } from "../db/dialect/columns.ts";
import { toText } from "../lib/cast.ts";
import { checkDomainLists } from "../lib/domain.ts";
import { isEmail } from "../lib/email.ts";
import { problem } from "../lib/errors.ts";
import { REQUIRED, UNSUPPORTED_TYPE } from "../lib/rules.ts";
import type { Field, FieldType } from "./field.ts";
import { describeOptions, FLAG_OPTION, TEXT_OPTION, TEXTS_OPTION } from "./options.ts";
import { settingsProblems } from "./settings.ts";

interface EmailField extends Field {
  exceptDomains: string[];
  onlyDomains: string[];
  required: boolean;
}

/** An e-mail address, kept as it was typed. */
export const email: FieldType<EmailField> = {
  type: "email",
  ...describeOptions({
    exceptDomains: TEXTS_OPTION,
    help: TEXT_OPTION,
    onlyDomains: TEXTS_OPTION,
    required: FLAG_OPTION,
  }),
  filterKind: "plain",
  isList: false,

  column: () => TEXT_COLUMN,
  zero: () => "",
  prepare: (_, raw) => toText(raw),

  validate(field, value) {
    if (typeof value !== "string") return UNSUPPORTED_TYPE;
    if (value === "") return field.required ? REQUIRED : undefined;
    if (!isEmail(value)) return INVALID_EMAIL;
    const domain = value.slice(value.lastIndexOf("@") + 1);
    const { onlyDomains, exceptDomains } = field;
    const isAllowed =
      (onlyDomains.length === 0 || onlyDomains.includes(domain)) && !exceptDomains.includes(domain);
    return isAllowed ? undefined : DOMAIN_NOT_ALLOWED;
  },
  validateSettings: async (field) => settingsProblems(field, checkDomainLists(field)),
};

const INVALID_EMAIL = problem("validation_is_email", "Must be a valid email address");
const DOMAIN_NOT_ALLOWED = problem(
  "validation_email_domain_not_allowed",
  "Email domain is not allowed",
);
