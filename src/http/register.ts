import type { App } from "../app.ts";
import { activityLogger } from "./middleware/activity-log.ts";
import { bodyLimit, DEFAULT_BODY_LIMIT } from "./middleware/body-limit.ts";
import { cors } from "./middleware/cors.ts";
import { foreignChanges } from "./middleware/foreign-changes.ts";
import { loadAuthToken } from "./middleware/load-auth.ts";
import { rateLimit, resetRateLimits } from "./middleware/rate-limit.ts";
import { recover } from "./middleware/recover.ts";
import { securityHeaders } from "./middleware/security-headers.ts";
import { superuserIPsWhitelist } from "./middleware/superuser-ips.ts";
import { addStaticRoutes } from "./routes.ts";

/** Puts the standard middlewares around all routes, and the static parts below everything else. */
export function registerHttp(app: App): void {
  app.onServe().bind({
    id: "__pbHttp__",
    // Outermost: what it does after `next()` comes after everybody has added their routes.
    priority: -99999,
    func: async (event) => {
      event.router.bind(
        cors(app.config.origins),
        activityLogger,
        recover,
        foreignChanges,
        loadAuthToken,
        superuserIPsWhitelist,
        securityHeaders,
        rateLimit,
        bodyLimit(DEFAULT_BODY_LIMIT),
      );
      await event.next();
      addStaticRoutes(event);
    },
  });
  app.onSettingsReload().bind({
    id: "__pbRateLimitersSettingsHook__",
    func: async (event) => {
      await event.next();
      resetRateLimits(event.app);
    },
  });
}
