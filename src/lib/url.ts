import { goRegExp } from "./go-regexp.ts";

/** Letters outside ASCII, as far as the basic plane goes, and digits. */
const WORD = String.raw`[a-zA-Z\x{00a1}-\x{ffff}0-9]`;
const LETTER = String.raw`[a-zA-Z\x{00a1}-\x{ffff}]`;
const SCHEME = String.raw`(?:(?:ftp|tcp|udp|wss?|https?)://)`;
const USER = String.raw`(?:\S+(?::\S*)?@)`;
const IPV4_PART = String.raw`1\d\d|2[0-4]\d|25[0-5]`;
const IPV4 = String.raw`(?:[1-9]\d?|1\d\d|2[01]\d|22[0-3]|24\d|25[0-5])(?:\.(?:\d{1,2}|${IPV4_PART})){2}(?:\.(?:[0-9]\d?|${IPV4_PART}))`;
const HEX = "[0-9a-fA-F]{1,4}";
const IPV4_IN_IPV6 = String.raw`(?:(?:25[0-5]|(?:2[0-4]|1?[0-9])?[0-9])\.){3}(?:25[0-5]|(?:2[0-4]|1?[0-9])?[0-9])`;
const IPV6 = [
  `(?:${HEX}:){7}${HEX}`,
  `(?:${HEX}:){1,7}:`,
  ...[1, 2, 3, 4, 5].map((after) => `(?:${HEX}:){1,${6 - after + 1}}(?::${HEX}){1,${after}}`),
  `${HEX}:(?::${HEX}){1,6}`,
  `:(?:(?::${HEX}){1,7}|:)`,
  `fe80:(?::[0-9a-fA-F]{0,4}){0,4}%[0-9a-zA-Z]+`,
  `::(?:ffff(?::0{1,4})?:)?${IPV4_IN_IPV6}`,
  `(?:${HEX}:){1,4}:${IPV4_IN_IPV6}`,
].join("|");
const SUBDOMAIN = String.raw`(?:www\.|${WORD}+(?:[-_.]?${WORD})*${WORD}\.${WORD}+)`;
const NAME_START = String.raw`(?:${WORD}(?:[a-zA-Z\x{00a1}-\x{ffff}0-9\-_]+)?${WORD}(?:[-.]${WORD}+)*|${SUBDOMAIN}?)?`;
const NAME = String.raw`${NAME_START}(?:(?:${WORD}+-?-?)*${WORD}+)(?:\.${LETTER}+)?`;
const HOST = String.raw`(?:${IPV4}|\[(?:${IPV6})\]|${NAME})\.?`;
const URL_PATTERN = String.raw`^${SCHEME}?${USER}?${HOST}(?::\d{1,5})?(?:[/?#]\S*)?$`;

/** Characters. */
const MAX_LENGTH = 2082;
/** Bytes. */
const MIN_LENGTH = 4;

/**
 * Whether it can pass for a URL: a host with a dot or a port, or anything after one of the common schemes in
 * lower case; letters of any script in names. (PocketBase: govalidator's rule, as loose as it is.)
 */
export function isUrl(text: string): boolean {
  if (Buffer.byteLength(text) < MIN_LENGTH || [...text].length > MAX_LENGTH || text.startsWith("."))
    return false;
  const isWithoutScheme = text.includes(":") && !text.includes("://");
  const parts = splitUrl(isWithoutScheme ? `http://${text}` : text);
  if (!parts || parts.host.startsWith(".")) return false;
  if (parts.host === "" && parts.path !== "" && !parts.path.includes(".")) return false;
  return goRegExp(URL_PATTERN).test(text);
}

/** The host with its port, as it is written; `""` when the text has no `//` before it. */
export function hostOfUrl(text: string): string {
  return splitUrl(text)?.host ?? "";
}

interface UrlParts {
  /** With port, without user. */
  readonly host: string;
  readonly path: string;
}

/** Splits as Go's url.Parse does; `undefined` where that fails. */
function splitUrl(text: string): UrlParts | undefined {
  const [main, fragment] = cut(text, "#");
  if (/[\0-\x1f\x7f]/.test(main) || hasBrokenEscape(fragment)) return undefined;
  const scheme = /^(?:[a-zA-Z][a-zA-Z0-9+.-]*)?:/.exec(main)?.[0];
  if (scheme === ":") return undefined;
  const [rest] = cut(scheme ? main.slice(scheme.length) : main, "?");
  if (!rest.startsWith("/")) {
    if (scheme) return { host: "", path: "" };
    return cut(rest, "/")[0].includes(":") || hasBrokenEscape(rest)
      ? undefined
      : { host: "", path: rest };
  }
  if (!rest.startsWith("//") || (!scheme && rest.startsWith("///"))) {
    return hasBrokenEscape(rest) ? undefined : { host: "", path: rest };
  }
  const slash = rest.indexOf("/", 2);
  const authority = rest.slice(2, slash < 0 ? undefined : slash);
  const path = slash < 0 ? "" : rest.slice(slash);
  const user = authority.slice(0, Math.max(authority.lastIndexOf("@"), 0));
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  const isValid = USER_INFO.test(user) && isHost(host) && ![user, path].some(hasBrokenEscape);
  return isValid ? { host, path } : undefined;
}

const USER_INFO = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/;

/** Outside brackets only bytes of other scripts may be escaped. */
const PLAIN_HOST =
  /^(?:[A-Za-z0-9\-_.~!$&'()*+,;=[\]<>"]|[^\0-\x7f]|%[89A-Fa-f][\dA-Fa-f])*(?::\d*)?$/;
const BRACKETED_HOST = /^\[[\dA-Fa-f:.]*(?:%25[^\]]+)?\](?::\d*)?$/;

function isHost(host: string): boolean {
  return (host.startsWith("[") ? BRACKETED_HOST : PLAIN_HOST).test(host);
}

function hasBrokenEscape(text: string): boolean {
  return /%(?![\dA-Fa-f]{2})/.test(text);
}

function cut(text: string, separator: string): [before: string, after: string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}
