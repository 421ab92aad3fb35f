import { TEXT_COLUMN } from "../db/dialect/columns.ts";
import { toText } from "../lib/cast.ts";
import { checkDomainLists } from "../lib/domain.ts";
import { problem } from "../lib/errors.ts";
import { REQUIRED, UNSUPPORTED_TYPE } from "../lib/rules.ts";
import { hostOfUrl, isUrl } from "../lib/url.ts";
import type { Field, FieldType } from "./field.ts";
import { describeOptions, FLAG_OPTION, TEXT_OPTION, TEXTS_OPTION } from "./options.ts";
import { settingsProblems } from "./settings.ts";

interface UrlField extends Field {
  exceptDomains: string[];
  onlyDomains: string[];
  required: boolean;
}

/** A URL, with or without scheme, kept as it was typed. */
export const url: FieldType<UrlField> = {
  type: "url",
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
    if (!isUrl(value)) return INVALID_URL;
    const host = hostOfUrl(value);
    const { onlyDomains, exceptDomains } = field;
    const isAllowed =
      (onlyDomains.length === 0 || onlyDomains.includes(host)) && !exceptDomains.includes(host);
    return isAllowed ? undefined : DOMAIN_NOT_ALLOWED;
  },
  validateSettings: async (field) => settingsProblems(field, checkDomainLists(field)),
};

const INVALID_URL = problem("validation_invalid_url", "Must be a valid url");
const DOMAIN_NOT_ALLOWED = problem(
  "validation_url_domain_not_allowed",
  "Url domain is not allowed",
);
