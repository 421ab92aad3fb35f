import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineMiddleware, type Middleware } from "./chain.ts";
import type { RouteAction } from "./router.ts";
import { staticFiles } from "./static.ts";

/** The admin UI of this version; missing in a clone until it has been built. */
const BUILT = fileURLToPath(new URL("../../dist/ui/admin", import.meta.url));

/** Everything comes from the server itself, and nothing is written into the page. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** Serves our own admin UI at a path that ends in `{path...}`. */
export function adminPages(): RouteAction {
  const files = staticFiles(BUILT, false);
  return (event) =>
    event.params["path"] === "" && !existsSync(join(BUILT, "index.html"))
      ? event.html(200, UNBUILT_PAGE)
      : files(event);
}

/**
 * Caching and content policy of our own pages: names with a hash never change, everything else is asked for
 * anew.
 */
export const adminPageHeaders: Middleware = defineMiddleware({
  id: "xAdminPageHeaders",
  enter: (event) => {
    const isHashed = event.params["path"]?.startsWith("assets/") ?? false;
    const { headers } = event.state;
    headers["cache-control"] ??= isHashed ? "public, max-age=31536000, immutable" : "no-cache";
    headers["content-security-policy"] ??= CONTENT_SECURITY_POLICY;
    headers["referrer-policy"] ??= "same-origin";
  },
  leave: (event, failure) => {
    // What is missing now may be there later.
    if (failure) event.state.headers["cache-control"] = "no-store";
    return failure;
  },
});

const UNBUILT_PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Generatio</title></head>
<body>
<h1>The admin UI has not been built</h1>
<p>The server is running and its API is complete. In the folder of the project, <code>npm install &amp;&amp; npm run ui</code> builds the pages; then load this one again.</p>
<p>Superusers can be made on the command line: <code>npm run superuser -- upsert EMAIL PASSWORD</code>.</p>
</body>
</html>
`;
