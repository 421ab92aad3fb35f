import { useEffect } from "preact/hooks";
import { Notice } from "../../kit/notice.tsx";
import { t } from "../i18n/language.ts";
import type { ScreenProps } from "../shell/screens.tsx";
import { AuthFrame } from "./auth-frame.tsx";

/** Where the window of an OAuth2 sign-in ends: the app behind it has been told already. */
export function OAuth2Screen({ params }: ScreenProps) {
  const isSuccess = params["result"] === "oauth2-redirect-success";
  useEffect(() => window.close(), []);
  return (
    <AuthFrame title={isSuccess ? t("auth.oauth2.success") : t("auth.oauth2.failure")}>
      <Notice tone={isSuccess ? "success" : "danger"}>{t("auth.oauth2.close")}</Notice>
    </AuthFrame>
  );
}
