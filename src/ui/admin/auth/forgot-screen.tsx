import { useState } from "preact/hooks";
import { Notice } from "../../kit/notice.tsx";
import { client } from "../api/client.ts";
import { useForm } from "../api/use-form.ts";
import { t } from "../i18n/language.ts";
import { hrefTo } from "../shell/navigation.ts";
import { AuthForm } from "./auth-form.tsx";
import { AuthFrame } from "./auth-frame.tsx";
import { EmailField } from "./credential-fields.tsx";

/** Asks for a mail with a link to set a new password; whether there is an account is not told. */
export function ForgotScreen() {
  const [email, setEmail] = useState("");
  const [isSent, setSent] = useState(false);
  const form = useForm();
  const send = async () => {
    await client.collection("_superusers").requestPasswordReset(email.trim());
    setSent(true);
  };
  return (
    <AuthFrame title={t("auth.forgot.title")}>
      {isSent ? (
        <Notice tone="success">{t("auth.forgot.sent", { email })}</Notice>
      ) : (
        <AuthForm
          form={form}
          onSend={send}
          text={t("auth.forgot.text")}
          action={t("auth.forgot.send")}
        >
          <EmailField value={email} onInput={setEmail} error={form.errors["email"]} autoFocus />
        </AuthForm>
      )}
      <a class="auth-back" href={hrefTo("/login")}>
        {t("auth.backToSignIn")}
      </a>
    </AuthFrame>
  );
}
