import { useState } from "preact/hooks";
import { Button } from "../../kit/button.tsx";
import { Notice } from "../../kit/notice.tsx";
import { TextField } from "../../kit/text-field.tsx";
import { client } from "../api/client.ts";
import { useForm } from "../api/use-form.ts";
import { t } from "../i18n/language.ts";
import { hrefTo } from "../shell/navigation.ts";
import { AuthFrame } from "./auth-frame.tsx";
import { SubmitForm } from "./submit-form.tsx";

/** Asks for a mail with a link to set a new password; whether there is an account is not told. */
export function ForgotScreen() {
  const [email, setEmail] = useState("");
  const [isSent, setSent] = useState(false);
  const form = useForm();
  const send = () =>
    form.submit(async () => {
      await client.collection("_superusers").requestPasswordReset(email.trim());
      setSent(true);
    });
  return (
    <AuthFrame title={t("auth.forgot.title")}>
      {isSent ? (
        <Notice tone="success">{t("auth.forgot.sent", { email })}</Notice>
      ) : (
        <SubmitForm onSubmit={() => void send()}>
          <p class="auth-text">{t("auth.forgot.text")}</p>
          {form.problem && <Notice tone="danger">{form.problem}</Notice>}
          <TextField
            label={t("auth.email")}
            type="email"
            autoComplete="username"
            value={email}
            onInput={setEmail}
            error={form.errors["email"]}
            required
            autoFocus
          />
          <Button type="submit" look="primary" busy={form.isBusy}>
            {t("auth.forgot.send")}
          </Button>
        </SubmitForm>
      )}
      <a class="auth-back" href={hrefTo("/login")}>
        {t("auth.backToSignIn")}
      </a>
    </AuthFrame>
  );
}
