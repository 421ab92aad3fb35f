import { useState } from "preact/hooks";
import { Button } from "../../kit/button.tsx";
import { Notice } from "../../kit/notice.tsx";
import { TextField } from "../../kit/text-field.tsx";
import { guestClient } from "../api/client.ts";
import { useForm } from "../api/use-form.ts";
import { t } from "../i18n/language.ts";
import type { ScreenProps } from "../shell/screens.tsx";
import { AuthFrame } from "./auth-frame.tsx";
import { readLinkToken } from "./link-token.ts";
import { SubmitForm } from "./submit-form.tsx";

/** Where the link of an address change mail leads: the password proves that it is the owner. */
export function EmailChangeScreen({ params }: ScreenProps) {
  const token = params["token"] ?? "";
  const { collectionId, newEmail } = readLinkToken(token);
  const [password, setPassword] = useState("");
  const [isDone, setDone] = useState(false);
  const form = useForm();
  const send = () =>
    form.submit(async () => {
      await guestClient().collection(collectionId).confirmEmailChange(token, password);
      setDone(true);
    });
  const problem = form.problem ?? form.errors["token"];
  return (
    <AuthFrame title={t("auth.emailChange.title")}>
      {isDone && <Notice tone="success">{t("auth.emailChange.done")}</Notice>}
      {newEmail === "" && <Notice tone="danger">{t("auth.verification.failed")}</Notice>}
      {!isDone && newEmail !== "" && (
        <SubmitForm onSubmit={() => void send()}>
          <p class="auth-text">{t("auth.emailChange.text", { email: newEmail })}</p>
          {problem && <Notice tone="danger">{problem}</Notice>}
          <TextField
            label={t("auth.password")}
            type="password"
            autoComplete="current-password"
            value={password}
            onInput={setPassword}
            error={form.errors["password"]}
            required
            autoFocus
          />
          <Button type="submit" look="primary" busy={form.isBusy}>
            {t("auth.emailChange.confirm")}
          </Button>
        </SubmitForm>
      )}
    </AuthFrame>
  );
}
