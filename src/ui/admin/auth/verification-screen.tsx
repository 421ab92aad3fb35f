import { useEffect, useState } from "preact/hooks";
import { Button } from "../../kit/button.tsx";
import { Loading, Notice } from "../../kit/notice.tsx";
import { guestClient } from "../api/client.ts";
import { useForm } from "../api/use-form.ts";
import { t } from "../i18n/language.ts";
import type { ScreenProps } from "../shell/screens.tsx";
import { AuthFrame } from "./auth-frame.tsx";
import { readLinkToken } from "./link-token.ts";

/** Where the link of a verification mail leads: it is confirmed at once. */
export function VerificationScreen({ params }: ScreenProps) {
  const token = params["token"] ?? "";
  const { collectionId, email } = readLinkToken(token);
  const [state, setState] = useState<"asking" | "done" | "failed" | "resent">("asking");
  const form = useForm();
  const accounts = guestClient().collection(collectionId);
  useEffect(() => {
    accounts.confirmVerification(token).then(
      () => setState("done"),
      () => setState("failed"),
    );
  }, [token]);
  const resend = () =>
    form.submit(async () => {
      await accounts.requestVerification(email);
      setState("resent");
    });
  return (
    <AuthFrame title={t("auth.verification.title")}>
      {state === "asking" && <Loading label={t("shell.loading")} />}
      {state === "done" && <Notice tone="success">{t("auth.verification.done")}</Notice>}
      {state === "failed" && <Notice tone="danger">{t("auth.verification.failed")}</Notice>}
      {state === "resent" && (
        <Notice tone="success">{t("auth.verification.resent", { email })}</Notice>
      )}
      {form.problem && <Notice tone="danger">{form.problem}</Notice>}
      {state === "failed" && email !== "" && (
        <Button busy={form.isBusy} onClick={() => void resend()}>
          {t("auth.verification.resend")}
        </Button>
      )}
    </AuthFrame>
  );
}
