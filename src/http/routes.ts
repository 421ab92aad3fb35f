import { join } from "node:path";
import type { ServeEvent } from "../app-events.ts";
import { adminPageHeaders, adminPages } from "./admin-pages.ts";
import { skipSuccessActivityLog } from "./middleware/activity-log.ts";
import { gzip } from "./middleware/gzip.ts";
import { uiHeaders } from "./middleware/ui-headers.ts";
import { staticFiles } from "./static.ts";
import { joinUIExtensions, listUIExtensions, uiExtensionFiles } from "./ui-extensions.ts";

/**
 * Adds what lies below all other routes: the admin UI at `/_/`, its extensions, and the public folder at `/`.
 * Routes that somebody has registered already stay.
 */
export function addStaticRoutes({ app, router, uiExtensions }: ServeEvent): void {
  const { adminDir, publicDir, indexFallback, dataDir, dev } = app.config;
  const ui = router
    .group("/_")
    .bind(adminDir === undefined ? adminPageHeaders : uiHeaders(dev), gzip());
  const routes = {
    "/{path...}": adminDir === undefined ? adminPages() : staticFiles(adminDir, false),
    "/extensions.js": joinUIExtensions(uiExtensions),
    "/extensions.json": listUIExtensions(uiExtensions),
    "/extensions/{extension}/{path...}": uiExtensionFiles(uiExtensions),
  };
  for (const [path, action] of Object.entries(routes)) {
    if (!router.hasRoute("GET", `/_${path}`)) ui.get(path, action).bind(skipSuccessActivityLog());
  }
  if (!router.hasRoute("GET", "/{path...}")) {
    router.get(
      "/{path...}",
      staticFiles(publicDir ?? join(dataDir, "..", "pb_public"), indexFallback),
    );
  }
}
