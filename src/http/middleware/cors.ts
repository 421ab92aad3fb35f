import { defineMiddleware, STOP, type Middleware } from "../chain.ts";

const ALLOWED_METHODS = "GET,HEAD,PUT,PATCH,POST,DELETE";

/**
 * Cross-origin headers; answers every OPTIONS request with 204 before anything else looks at it, so that
 * preflights are neither logged nor limited.
 *
 * @param origins exact ones, `*`, `https://*.example.com`, or patterns of `*` and `?`
 */
export function cors(origins: readonly string[]): Middleware {
  const allow = originMatcher(origins);
  return defineMiddleware({
    id: "pbCors",
    priority: -1041,
    enter: (event) => {
      event.appendHeader("vary", "Origin");
      const isPreflight = event.method === "OPTIONS";
      const origin = event.header("origin");
      const allowed = origin ? allow(origin) : undefined;
      if (allowed !== undefined) event.setHeader("access-control-allow-origin", allowed);
      if (!isPreflight) return undefined;
      if (allowed !== undefined) {
        event.appendHeader("vary", "Access-Control-Request-Method");
        event.appendHeader("vary", "Access-Control-Request-Headers");
        event.setHeader("access-control-allow-methods", ALLOWED_METHODS);
        const requested = event.header("access-control-request-headers");
        if (requested) event.setHeader("access-control-allow-headers", requested);
      }
      void event.noContent();
      return STOP;
    },
  });
}

/** Makes the look-up of the allowed value for an origin: the list's own `*`, or the origin itself. */
function originMatcher(origins: readonly string[]): (origin: string) => string | undefined {
  const patterns = origins.filter((entry) => entry !== "*").map(toPattern);
  return (origin) => {
    for (const entry of origins) {
      if (entry === "*") return "*";
      if (entry === origin || isSubdomain(origin, entry)) return origin;
    }
    // 253 is the longest domain; longer origins are not worth a pattern's time.
    if (origin.length > 261 || !origin.includes("://")) return undefined;
    return patterns.some((pattern) => pattern.test(origin)) ? origin : undefined;
  };
}

function toPattern(entry: string): RegExp {
  const escaped = entry.replace(/[\\^$.|+()[\]{}]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
}

/** Compares domain labels from the right; a `*` in the list's entry takes whatever is left of it. */
function isSubdomain(origin: string, entry: string): boolean {
  const [scheme, domain] = splitOrigin(origin);
  const [entryScheme, entryDomain] = splitOrigin(entry);
  if (domain === undefined || entryDomain === undefined || scheme !== entryScheme) return false;
  if (domain.length > 253) return false;
  const wanted = entryDomain.split(".").toReversed();
  for (const [index, label] of domain.split(".").toReversed().entries()) {
    if (wanted[index] === "*") return true;
    if (wanted[index] !== label) return false;
  }
  return false;
}

function splitOrigin(origin: string): readonly [scheme: string, domain: string | undefined] {
  const end = origin.indexOf("://");
  return end < 0 ? ["", undefined] : [origin.slice(0, end), origin.slice(end + 3)];
}
