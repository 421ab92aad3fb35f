import { useState } from "preact/hooks";
import { Notice } from "../../kit/notice.tsx";
import { guestClient } from "../api/client.ts";
import { useForm } from "../api/use-form.ts";
import { t } from "../i18n/language.ts";
import type { ScreenProps } from "../shell/screens.tsx";
import { AuthForm } from "./auth-form.tsx";
import { AuthFrame } from "./auth-frame.tsx";
import { PasswordField } from "./credential-fields.tsx";
import { readLinkToken } from "./link-token.ts";

/** Where the link of an address change mail leads: the password proves that it is the owner. */
export function EmailChangeScreen({ params }: ScreenProps) {
  const token = params["token"] ?? "";
  const { collectionId, newEmail } = readLinkToken(token);
  const [password, setPassword] = useState("");
  const [isDone, setDone] = useState(false);
  const form = useForm();
  const send = async () => {
    await guestClient().collection(collectionId).confirmEmailChange(token, password);
    setDone(true);
  };
  return (
    <AuthFrame title={t("auth.emailChange.title")}>
      {isDone && <Notice tone="success">{t("auth.emailChange.done")}</Notice>}
      {newEmail === "" && <Notice tone="danger">{t("auth.verification.failed")}</Notice>}
      {!isDone && newEmail !== "" && (
        <AuthForm
          form={form}
          onSend={send}
          text={t("auth.emailChange.text", { email: newEmail })}
          problem={form.errors["token"]}
          action={t("auth.emailChange.confirm")}
        >
          <PasswordField
            value={password}
            onInput={setPassword}
            error={form.errors["password"]}
            autoFocus
          />
        </AuthForm>
      )}
    </AuthFrame>
  );
}
