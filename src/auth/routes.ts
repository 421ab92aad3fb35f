import { skipSuccessActivityLog } from "../http/middleware/activity-log.ts";
import { collectionRateLimit } from "../http/middleware/rate-limit.ts";
import { requireSameCollectionAuth, requireSuperuserAuth } from "../http/middleware/require.ts";
import type { Router } from "../http/router.ts";
import { answeredAfter, LOOKUP_FLOOR_MS, WRITE_FLOOR_MS } from "./answer-time.ts";
import { keepAnswer } from "./answered.ts";
import { generateAppleSecret } from "./routes/apple-secret.ts";
import { confirmEmailChange, requestEmailChange } from "./routes/email-change.ts";
import { impersonate } from "./routes/impersonate.ts";
import { authMethods } from "./routes/methods.ts";
import { authWithOAuth2 } from "./routes/oauth2.ts";
import { oauth2Redirect } from "./routes/oauth2-redirect.ts";
import { authWithOtp, requestOtp } from "./routes/otp.ts";
import { authWithPassword } from "./routes/password.ts";
import { confirmPasswordReset, requestPasswordReset } from "./routes/password-reset.ts";
import { authRefresh } from "./routes/refresh.ts";
import { confirmVerification, requestVerification } from "./routes/verification.ts";

/** The sign-in routes of auth collections, in PocketBase's order (apis/record_auth.go). */
export function addAuthRoutes(router: Router): void {
  // Their addresses hold codes: they are kept out of the log.
  router.get("/api/oauth2-redirect", oauth2Redirect).bind(skipSuccessActivityLog());
  router.post("/api/oauth2-redirect", oauth2Redirect).bind(skipSuccessActivityLog());
  router
    .post("/api/settings/apple/generate-client-secret", generateAppleSecret)
    .bind(requireSuperuserAuth());

  const group = router.group("/api/collections/{collection}");
  group.get("/auth-methods", authMethods).bind(collectionRateLimit("listAuthMethods"));
  group
    .post("/auth-refresh", authRefresh)
    .bind(collectionRateLimit("authRefresh"), requireSameCollectionAuth());
  group
    .post("/auth-with-password", keepAnswer(authWithPassword))
    .bind(collectionRateLimit("authWithPassword", "auth"));
  group
    .post("/auth-with-oauth2", keepAnswer(authWithOAuth2))
    .bind(collectionRateLimit("authWithOAuth2", "auth"));
  group
    .post("/request-otp", answeredAfter(WRITE_FLOOR_MS, keepAnswer(requestOtp)))
    .bind(collectionRateLimit("requestOTP"));
  group
    .post("/auth-with-otp", keepAnswer(authWithOtp))
    .bind(collectionRateLimit("authWithOTP", "auth"));
  group
    .post("/request-password-reset", answeredAfter(LOOKUP_FLOOR_MS, requestPasswordReset))
    .bind(collectionRateLimit("requestPasswordReset"));
  group
    .post("/confirm-password-reset", confirmPasswordReset)
    .bind(collectionRateLimit("confirmPasswordReset"));
  group
    .post("/request-verification", answeredAfter(LOOKUP_FLOOR_MS, requestVerification))
    .bind(collectionRateLimit("requestVerification"));
  group
    .post("/confirm-verification", confirmVerification)
    .bind(collectionRateLimit("confirmVerification"));
  group
    .post("/request-email-change", requestEmailChange)
    .bind(collectionRateLimit("requestEmailChange"), requireSameCollectionAuth());
  group
    .post("/confirm-email-change", confirmEmailChange)
    .bind(collectionRateLimit("confirmEmailChange"));
  group.post("/impersonate/{id}", impersonate).bind(requireSuperuserAuth());
}
