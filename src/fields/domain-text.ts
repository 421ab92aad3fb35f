import { TEXT_COLUMN } from "../db/dialect/columns.ts";
import { toText } from "../lib/cast.ts";
import { checkDomainLists } from "../lib/domain.ts";
import type { ErrorLeaf } from "../lib/errors.ts";
import { REQUIRED, UNSUPPORTED_TYPE } from "../lib/rules.ts";
import type { Field, FieldType } from "./field.ts";
import { describeOptions, FLAG_OPTION, TEXT_OPTION, TEXTS_OPTION } from "./options.ts";
import { settingsProblems } from "./settings.ts";

/** What a schema says of such a field; empty lists let every domain. */
export interface DomainTextField extends Field {
  exceptDomains: string[];
  onlyDomains: string[];
  required: boolean;
}

/** A kind of text that names a domain. */
interface DomainText {
  readonly type: string;
  isValid(text: string): boolean;
  /** The domain in a valid text. */
  domainOf(text: string): string;
  readonly invalid: ErrorLeaf;
  readonly notAllowed: ErrorLeaf;
}

/** The field type of such texts: kept as they were typed, of any domain, or of some only, or not of some. */
export function domainText(kind: DomainText): FieldType<DomainTextField> {
  return {
    type: kind.type,
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
      if (!kind.isValid(value)) return kind.invalid;
      return isAllowed(field, kind.domainOf(value)) ? undefined : kind.notAllowed;
    },
    validateSettings: async (field) => settingsProblems(field, checkDomainLists(field)),
  };
}

function isAllowed({ onlyDomains, exceptDomains }: DomainTextField, domain: string): boolean {
  if (onlyDomains.length > 0 && !onlyDomains.includes(domain)) return false;
  return !exceptDomains.includes(domain);
}
