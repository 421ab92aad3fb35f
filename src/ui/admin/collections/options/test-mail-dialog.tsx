import { useState } from "preact/hooks";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { Notice } from "../../../kit/notice.tsx";
import { SelectField } from "../../../kit/select-field.tsx";
import { TextField } from "../../../kit/text-field.tsx";
import { toast } from "../../../kit/toast.tsx";
import { client } from "../../api/client.ts";
import { useForm } from "../../api/use-form.ts";
import { t } from "../../i18n/language.ts";

const KEY = "pbLastTestEmail";
/** Mail servers may take their time; nobody waits longer. */
const TIMEOUT_MS = 15_000;

type MailKind = "verification" | "password-reset" | "email-change" | "otp" | "login-alert";

/** Sends one of the collection's mails, as they are stored, to any address. */
export function TestMailDialog({
  collection,
  onClose,
}: {
  readonly collection: string;
  readonly onClose: () => void;
}) {
  const [kind, setKind] = useState<MailKind>("verification");
  const [email, setEmail] = useState(localStorage.getItem(KEY) ?? "");
  const form = useForm();
  const send = () =>
    form.submit(async () => {
      localStorage.setItem(KEY, email);
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      await client.settings.testEmail(collection, email.trim(), kind, { signal });
      toast(t("options.mail.test.sent", { email }), { tone: "success" });
      onClose();
    });
  return (
    <Dialog
      title={t("options.mail.test.title")}
      onClose={onClose}
      onSubmit={() => void send()}
      foot={
        <>
          <Button onClick={onClose}>{t("kit.cancel")}</Button>
          <Button type="submit" look="primary" busy={form.isBusy}>
            {t("options.mail.test.send")}
          </Button>
        </>
      }
    >
      <div class="g-stack">
        {form.problem && <Notice tone="danger">{form.problem}</Notice>}
        <Notice>{t("options.mail.test.saved")}</Notice>
        <SelectField<MailKind>
          label={t("options.mail.test.which")}
          value={kind}
          choices={[
            { value: "verification", label: t("options.mail.verificationTemplate") },
            { value: "password-reset", label: t("options.mail.resetPasswordTemplate") },
            { value: "email-change", label: t("options.mail.confirmEmailChangeTemplate") },
            { value: "otp", label: t("options.mail.otpTemplate") },
            { value: "login-alert", label: t("options.mail.alertTemplate") },
          ]}
          onChange={setKind}
          error={form.errors["template"]}
        />
        <TextField
          label={t("options.mail.test.to")}
          type="email"
          value={email}
          onInput={setEmail}
          error={form.errors["email"]}
          required
          autoFocus
        />
      </div>
    </Dialog>
  );
}
