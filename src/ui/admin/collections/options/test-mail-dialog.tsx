import { useState } from "preact/hooks";
import { Notice } from "../../../kit/notice.tsx";
import { SelectField } from "../../../kit/select-field.tsx";
import { TextField } from "../../../kit/text-field.tsx";
import { toast } from "../../../kit/toast.tsx";
import { client } from "../../api/client.ts";
import { FormDialog } from "../../api/form-dialog.tsx";
import { useForm } from "../../api/use-form.ts";
import { t } from "../../i18n/language.ts";

const KEY = "pbLastTestEmail";
/** Mail servers may take their time; nobody waits longer. */
const TIMEOUT_MS = 15_000;

const KINDS = [
  ["verification", "options.mail.verificationTemplate"],
  ["password-reset", "options.mail.resetPasswordTemplate"],
  ["email-change", "options.mail.confirmEmailChangeTemplate"],
  ["otp", "options.mail.otpTemplate"],
  ["login-alert", "options.mail.alertTemplate"],
] as const;

type MailKind = (typeof KINDS)[number][0];

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
  const send = async () => {
    localStorage.setItem(KEY, email);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    await client.settings.testEmail(collection, email.trim(), kind, { signal });
    toast(t("options.mail.test.sent", { email }), { tone: "success" });
    onClose();
  };
  return (
    <FormDialog
      title={t("options.mail.test.title")}
      form={form}
      action={t("options.mail.test.send")}
      onSend={send}
      onClose={onClose}
    >
      <Notice>{t("options.mail.test.saved")}</Notice>
      <SelectField<MailKind>
        label={t("options.mail.test.which")}
        value={kind}
        choices={KINDS.map(([value, label]) => ({ value, label: t(label) }))}
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
    </FormDialog>
  );
}
