import { keepAnswer } from "../answered.ts";
import { collectionRateLimit } from "../../http/middleware/rate-limit.ts";
import { requireSuperuserAuth } from "../../http/middleware/require.ts";
import type { Router } from "../../http/router.ts";
import { authAnonymous, upgradeAnonymous } from "./routes/anonymous.ts";
import { loadApiKey, requireKeyScope } from "./routes/api-key-guard.ts";
import { createApiKey, listApiKeys, revokeApiKey } from "./routes/api-keys.ts";
import {
  authOptions,
  authWithPasskey,
  registerOptions,
  registerPasskey,
  removePasskey,
  viewPasskeys,
} from "./routes/passkeys.ts";
import { authWithRecoveryCode, countCodes, createCodes } from "./routes/recovery-codes.ts";
import { listSecondMethods, resetSecondFactors } from "./routes/second-factors.ts";
import { authWithTotp, confirm, enroll, remove, viewTotp } from "./routes/totp.ts";
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

  group.get("/totp", viewTotp).bind(collectionRateLimit("totp"));
  group.post("/totp/enroll", enroll).bind(collectionRateLimit("totp"));
  group.post("/totp/confirm", confirm).bind(collectionRateLimit("totp"));
  group.post("/totp/remove", remove).bind(collectionRateLimit("totp"));
  group
    .post("/auth-with-totp", keepAnswer(authWithTotp))
    .bind(collectionRateLimit("authWithTOTP", "auth"));

  group.get("/recovery-codes", countCodes).bind(collectionRateLimit("recoveryCodes"));
  group.post("/recovery-codes", createCodes).bind(collectionRateLimit("recoveryCodes"));
  group
    .post("/auth-with-recovery-code", keepAnswer(authWithRecoveryCode))
    .bind(collectionRateLimit("authWithRecoveryCode", "auth"));
  group.post("/second-factors", listSecondMethods).bind(collectionRateLimit("secondFactors"));
  group.delete("/second-factors/{id}", resetSecondFactors).bind(requireSuperuserAuth());

  group
    .post("/auth-anonymous", keepAnswer(authAnonymous))
    .bind(collectionRateLimit("authAnonymous", "auth"));
  group.post("/upgrade-anonymous", upgradeAnonymous).bind(collectionRateLimit("upgradeAnonymous"));

  group.post("/passkeys/register-options", registerOptions).bind(collectionRateLimit("passkeys"));
  group.get("/passkeys", viewPasskeys).bind(collectionRateLimit("passkeys"));
  group.post("/passkeys", registerPasskey).bind(collectionRateLimit("passkeys"));
  group.delete("/passkeys/{id}", removePasskey).bind(collectionRateLimit("passkeys"));
  group.post("/passkeys/auth-options", authOptions).bind(collectionRateLimit("passkeys"));
  group
    .post("/auth-with-passkey", keepAnswer(authWithPasskey))
    .bind(collectionRateLimit("authWithPasskey", "auth"));
}
