import { collectionRateLimit } from "../../http/middleware/rate-limit.ts";
import { requireSuperuserAuth } from "../../http/middleware/require.ts";
import type { Router } from "../../http/router.ts";
import { loadApiKey, requireKeyScope } from "./routes/api-key-guard.ts";
import { createApiKey, listApiKeys, revokeApiKey } from "./routes/api-keys.ts";
import { updateOptions, viewOptions } from "./routes/options.ts";

/** The routes of what is added to PocketBase's auth. All but the options answer 404 while their addition is off. */
export function addAuthExtraRoutes(router: Router): void {
  router.bind(loadApiKey, requireKeyScope);
  const group = router.group("/api/collections/{collection}");

  group.get("/auth-extras", viewOptions).bind(requireSuperuserAuth());
  group.patch("/auth-extras", updateOptions).bind(requireSuperuserAuth());

  group.get("/api-keys", listApiKeys).bind(collectionRateLimit("apiKeys"));
  group.post("/api-keys", createApiKey).bind(collectionRateLimit("apiKeys"));
  group.delete("/api-keys/{id}", revokeApiKey).bind(collectionRateLimit("apiKeys"));
}
