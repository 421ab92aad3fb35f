import type { RequestEvent } from "../http/event.ts";
import type { Router } from "../http/router.ts";
import { ACTIVE_BACKUP_KEY } from "../lib/store-keys.ts";

/** Headers that proxies usually add, tried after the configured ones. */
const PROXY_HEADERS = ["CF-Connecting-IP", "Fly-Client-IP", "X-Forwarded-For"];

export function addHealthRoutes(router: Router): void {
  router.get("/api/health", checkHealth);
}

function checkHealth(event: RequestEvent): Promise<void> {
  const data = event.hasSuperuserAuth() ? describeServer(event) : {};
  return event.json(200, { message: "API is healthy.", code: 200, data });
}

/** What the admin UI wants to know: whether a backup can be made, and whether a proxy should be configured. */
function describeServer(event: RequestEvent): Record<string, unknown> {
  const candidates = [...event.app.settings.trustedProxy.headers, ...PROXY_HEADERS];
  return {
    canBackup: !event.app.store.has(ACTIVE_BACKUP_KEY),
    possibleProxyHeader: candidates.find((name) => event.header(name)) ?? "",
    realIP: event.realIP(),
  };
}
