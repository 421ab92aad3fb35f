import { goRegExp } from "./go-regexp.ts";

/** Letters outside ASCII, as far as the basic plane goes. */
const WIDE = String.raw`\x{00A0}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFEF}`;
const ATOM = `[a-zA-Z0-9!#$%&'*+\\-/=?^_\`{|}~${WIDE}]+`;
const FOLD = String.raw`(?:(?:[\x20\x09]*\x0d\x0a)?[\x20\x09]+)?`;
const QUOTED_CHARACTER = String.raw`(?:[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\x21\x23-\x5b\x5d-\x7e${WIDE}]|\([\x01-\x09\x0b\x0c\x0d-\x7f]|[${WIDE}])`;
/** Meant to be a quoted text; as the rule is written, every character of it wants a quote of its own. */
const QUOTED = `(?:"${FOLD}${QUOTED_CHARACTER})*${FOLD}"`;
const LABEL = `[a-zA-Z0-9${WIDE}](?:[a-zA-Z0-9\\-._~${WIDE}]*[a-zA-Z0-9${WIDE}])?`;
const TOP_LEVEL = `[a-zA-Z${WIDE}](?:[a-zA-Z0-9\\-_~${WIDE}]*[a-zA-Z${WIDE}])?`;
const EMAIL = String.raw`^(?:${ATOM}(?:\.${ATOM})*|${QUOTED})@(?:${LABEL}\.)+${TOP_LEVEL}\.?$`;

/**
 * Whether it is an e-mail address by its form: a dotted domain with a top level that ends in a letter,
 * letters of any script. (PocketBase: govalidator's rule.)
 */
export function isEmail(text: string): boolean {
  return goRegExp(EMAIL).test(text);
}
