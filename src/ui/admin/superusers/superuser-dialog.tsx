import type { RecordModel } from "pocketbase";
import { useState } from "preact/hooks";
import { TextField } from "../../kit/text-field.tsx";
import { toast } from "../../kit/toast.tsx";
import { client } from "../api/client.ts";
import { FormDialog } from "../api/form-dialog.tsx";
import { useForm } from "../api/use-form.ts";
import { NewPasswordFields } from "../auth/new-password-fields.tsx";
import { signInWithPassword } from "../auth/sign-in.ts";
import { superuser } from "../api/session.ts";
import { t } from "../i18n/language.ts";
import { mayLeave, useUnsaved } from "../shell/unsaved.ts";

/** Adds or changes a superuser. */
export function SuperuserDialog({
  record,
  onClose,
  onSaved,
}: {
  /** Undefined for a new one. */
  readonly record: RecordModel | undefined;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}) {
  const before = String(record?.["email"] ?? "");
  const [email, setEmail] = useState(before);
  const [value, setValue] = useState({ password: "", passwordConfirm: "" });
  const [isSaved, setSaved] = useState(false);
  const form = useForm();
  useUnsaved(() => !isSaved && (email !== before || value.password !== ""));
  const close = async () => {
    if (await mayLeave()) onClose();
  };
  const save = async () => {
    await store(record, email.trim(), value);
    setSaved(true);
    const text = record ? t("shell.saved") : t("superusers.created.toast", { email });
    toast(text, { tone: "success" });
    onSaved();
    onClose();
  };
  return (
    <FormDialog
      title={record ? t("superusers.edit", { email: before }) : t("superusers.new")}
      form={form}
      action={t("shell.save")}
      onSend={save}
      savesByKey
      onClose={() => void close()}
    >
      <TextField
        label={t("auth.email")}
        type="email"
        value={email}
        onInput={setEmail}
        error={form.errors["email"]}
        required
        autoFocus
      />
      <NewPasswordFields
        label={record ? t("superusers.newPassword") : t("auth.password")}
        help={record ? t("superusers.newPasswordHelp") : t("auth.passwordHelp")}
        required={!record}
        value={value}
        onChange={setValue}
        errors={form.errors}
      />
    </FormDialog>
  );
}

async function store(
  record: RecordModel | undefined,
  email: string,
  value: { readonly password: string; readonly passwordConfirm: string },
): Promise<void> {
  const superusers = client.collection("_superusers");
  if (!record) {
    await superusers.create({ email, ...value });
    return;
  }
  const hasPassword = value.password !== "" || value.passwordConfirm !== "";
  await superusers.update(record.id, { email, ...(hasPassword && value) });
  // A new password ends one's own session too.
  if (hasPassword && record.id === superuser.peek()?.id) {
    await signInWithPassword(email, value.password);
  }
}
