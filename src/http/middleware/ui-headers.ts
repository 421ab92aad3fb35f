import { defineMiddleware, type Middleware } from "../chain.ts";

const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' http://127.0.0.1:* https://tile.openstreetmap.org data: blob:",
  "connect-src 'self' http://127.0.0.1:* https://nominatim.openstreetmap.org",
  "script-src 'self' http://127.0.0.1:*",
  "frame-ancestors 'none'",
].join("; ");

/**
 * Caching and content policy of the admin UI's files (PocketBase: apis/serve.go). The page itself is always
 * asked for anew, and so is everything in dev mode.
 */
export function uiHeaders(dev: boolean): Middleware {
  return defineMiddleware({
    id: "pbUIHeaders",
    enter: (event) => {
      const { headers } = event.state;
      if (!dev && event.params["path"] !== "") {
        headers["cache-control"] ??= "max-age=1209600, stale-while-revalidate=86400";
      }
      headers["content-security-policy"] ??= CONTENT_SECURITY_POLICY;
    },
  });
}
