import { useState } from "preact/hooks";
import { Button } from "../../kit/button.tsx";
import { Notice } from "../../kit/notice.tsx";
import { useForm } from "../api/use-form.ts";
import { PasswordField } from "../auth/credential-fields.tsx";
import { SubmitForm } from "../auth/submit-form.tsx";
import { t } from "../i18n/language.ts";

/** Asks for the password before what a stolen session alone must not be enough for. */
export function ProofForm({
  action,
  look = "primary",
  onSend,
  onCancel,
}: {
  /** What the button says. */
  readonly action: string;
  readonly look?: "primary" | "danger";
  readonly onSend: (proof: { readonly password: string }) => Promise<void>;
  readonly onCancel: () => void;
}) {
  const [password, setPassword] = useState("");
  const form = useForm("password");
  return (
    <SubmitForm onSubmit={() => void form.submit(() => onSend({ password }))}>
      {form.problem && <Notice tone="danger">{form.problem}</Notice>}
      <PasswordField
        label={t("superusers.proof")}
        value={password}
        onInput={setPassword}
        error={form.errors["password"]}
        autoFocus
      />
      <div class="g-row">
        <Button type="submit" look={look} busy={form.isBusy}>
          {action}
        </Button>
        <Button onClick={onCancel}>{t("kit.cancel")}</Button>
      </div>
    </SubmitForm>
  );
}
