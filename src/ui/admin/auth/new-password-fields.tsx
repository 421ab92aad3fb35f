import { TextField } from "../../kit/text-field.tsx";
import type { FormErrors } from "../api/form-errors.ts";
import { t } from "../i18n/language.ts";

export interface NewPassword {
  readonly password: string;
  readonly passwordConfirm: string;
}

/** A new password, typed twice. */
export function NewPasswordFields({
  value,
  onChange,
  errors,
  label,
  required = true,
  help,
}: {
  readonly value: NewPassword;
  readonly onChange: (value: NewPassword) => void;
  readonly errors: FormErrors;
  readonly label: string;
  readonly required?: boolean | undefined;
  readonly help?: string | undefined;
}) {
  return (
    <>
      <TextField
        label={label}
        type="password"
        autoComplete="new-password"
        value={value.password}
        onInput={(password) => onChange({ ...value, password })}
        error={errors["password"]}
        help={help}
        required={required}
      />
      <TextField
        label={t("auth.passwordConfirm")}
        type="password"
        autoComplete="new-password"
        value={value.passwordConfirm}
        onInput={(passwordConfirm) => onChange({ ...value, passwordConfirm })}
        error={errors["passwordConfirm"]}
        required={required}
      />
    </>
  );
}
