import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import type { App } from "../app.ts";
import { skipSuccessActivityLog } from "./middleware/activity-log.ts";
import { gzip } from "./middleware/gzip.ts";
import { uiHeaders } from "./middleware/ui-headers.ts";
import type { Router, RouteAction } from "./router.ts";
import { staticFiles } from "./static.ts";

/** The UI built into this version; missing when it has not been built. */
const BUILT_IN_UI = fileURLToPath(new URL("../../dist/ui", import.meta.url));

/**
 * Adds what lies below all other routes: the admin UI at `/_/`, its extensions, and the public folder at `/`.
 * Routes that somebody has registered already stay.
 */
export function addStaticRoutes(app: App, router: Router): void {
  const { adminDir, publicDir, indexFallback, dataDir } = app.config;
  const ui = router.group("/_").bind(uiHeaders(app.config.dev), gzip());
  if (!router.hasRoute("GET", "/_/{path...}")) ui.get("/{path...}", adminUi(adminDir));
  if (!router.hasRoute("GET", "/_/extensions.js")) {
    ui.get("/extensions.js", (event) => event.blob(200, "text/javascript", new Uint8Array())).bind(
      skipSuccessActivityLog(),
    );
  }
  if (!router.hasRoute("GET", "/{path...}")) {
    router.get(
      "/{path...}",
      staticFiles(publicDir ?? join(dataDir, "..", "pb_public"), indexFallback),
    );
  }
}

function adminUi(adminDir: string | undefined): RouteAction {
  if (adminDir !== undefined) return staticFiles(adminDir, false);
  if (existsSync(BUILT_IN_UI)) return staticFiles(BUILT_IN_UI, false);
  return (event) =>
    event.params["path"] === ""
      ? event.html(200, MISSING_UI_PAGE)
      : staticFiles(BUILT_IN_UI, false)(event);
}

const MISSING_UI_PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Generatio</title></head>
<body style="font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem">
<h1>No admin UI in this version yet</h1>
<p>The server is running and its API is complete, but its own admin UI has not been built into this version.</p>
<p>You can mount a build of PocketBase's admin UI (its <code>ui/dist</code> folder) here: start the server with</p>
<pre>generatio serve --adminDir path/to/ui/dist</pre>
<p>Superusers can be made on the command line: <code>generatio superuser upsert EMAIL PASSWORD</code>.</p>
</body>
</html>
`;
