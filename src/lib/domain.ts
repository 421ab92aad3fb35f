import { type ErrorLeaf, type ErrorTree, problem } from "./errors.ts";
import { empty } from "./rules.ts";

const LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
const DOMAIN = new RegExp(String.raw`^(?:${LABEL}\.)+(?:[a-zA-Z]{1,63}| xn--[a-z0-9]{1,59})$`);

/** A DNS name of two labels or more; the blank before a punycode top level is PocketBase's. */
export function isDomain(text: string): boolean {
  return Buffer.byteLength(text) <= 255 && DOMAIN.test(text);
}

export interface DomainLists {
  readonly exceptDomains: readonly string[];
  readonly onlyDomains: readonly string[];
}

/** The problems of two lists of which only one may be used. */
export function checkDomainLists({
  exceptDomains,
  onlyDomains,
}: DomainLists): Record<string, ErrorLeaf | ErrorTree | undefined> {
  return {
    exceptDomains: onlyDomains.length > 0 ? empty(exceptDomains) : checkDomains(exceptDomains),
    onlyDomains: exceptDomains.length > 0 ? empty(onlyDomains) : checkDomains(onlyDomains),
  };
}

const INVALID_DOMAIN = problem("validation_is_domain", "Must be a valid domain");

function checkDomains(list: readonly string[]): ErrorTree | undefined {
  const invalid = [...list.entries()].filter(([, text]) => text !== "" && !isDomain(text));
  return invalid.length === 0
    ? undefined
    : Object.fromEntries(invalid.map(([index]) => [String(index), INVALID_DOMAIN]));
}
