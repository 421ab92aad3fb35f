import { useState } from "preact/hooks";
import { Notice } from "../../kit/notice.tsx";
import { guestClient } from "../api/client.ts";
import { useForm } from "../api/use-form.ts";
import { t } from "../i18n/language.ts";
import type { ScreenProps } from "../shell/screens.tsx";
import { AuthForm } from "./auth-form.tsx";
import { AuthFrame } from "./auth-frame.tsx";
import { readLinkToken } from "./link-token.ts";
import { NewPasswordFields } from "./new-password-fields.tsx";

/** Where the link of a password reset mail leads, for accounts of any collection. */
export function NewPasswordScreen({ params }: ScreenProps) {
  const token = params["token"] ?? "";
  const { collectionId, email } = readLinkToken(token);
  const [value, setValue] = useState({ password: "", passwordConfirm: "" });
  const [isDone, setDone] = useState(false);
  const form = useForm();
  const send = async () => {
    const { password, passwordConfirm } = value;
    await guestClient()
      .collection(collectionId)
      .confirmPasswordReset(token, password, passwordConfirm);
    setDone(true);
  };
  const title =
    email === "" ? t("auth.newPassword.title") : t("auth.newPassword.titleFor", { email });
  return (
    <AuthFrame title={title}>
      {isDone && <Notice tone="success">{t("auth.newPassword.done")}</Notice>}
      {collectionId === "" && <Notice tone="danger">{t("auth.verification.failed")}</Notice>}
      {!isDone && collectionId !== "" && (
        <AuthForm
          form={form}
          onSend={send}
          problem={form.errors["token"]}
          action={t("auth.newPassword.save")}
        >
          <NewPasswordFields
            label={t("auth.newPassword")}
            value={value}
            onChange={setValue}
            errors={form.errors}
          />
        </AuthForm>
      )}
    </AuthFrame>
  );
}
