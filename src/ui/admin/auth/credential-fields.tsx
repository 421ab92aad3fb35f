import type { ComponentChildren } from "preact";
import { TextField } from "../../kit/text-field.tsx";
import { t } from "../i18n/language.ts";

interface CredentialProps {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly error?: string | undefined;
  readonly autoFocus?: boolean | undefined;
}

/** The address that somebody signs in with; password managers know it. */
export function EmailField(props: CredentialProps) {
  return (
    <TextField
      {...props}
      label={t("auth.email")}
      type="email"
      name="email"
      autoComplete="username"
      required
    />
  );
}

/** The password that somebody has already. */
export function PasswordField({
  label = t("auth.password"),
  ...props
}: CredentialProps & { readonly label?: string; readonly aside?: ComponentChildren }) {
  return (
    <TextField
      {...props}
      label={label}
      type="password"
      name="password"
      autoComplete="current-password"
      required
    />
  );
}
