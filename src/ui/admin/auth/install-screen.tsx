import { getTokenPayload, isTokenExpired } from "pocketbase";
import { useState } from "preact/hooks";
import { CodeBlock } from "../../kit/code-field.tsx";
import { CopyButton } from "../../kit/copy-button.tsx";
import { Notice } from "../../kit/notice.tsx";
import { client } from "../api/client.ts";
import { useForm } from "../api/use-form.ts";
import { t } from "../i18n/language.ts";
import type { ScreenProps } from "../shell/screens.tsx";
import { AuthForm } from "./auth-form.tsx";
import { AuthFrame } from "./auth-frame.tsx";
import { EmailField } from "./credential-fields.tsx";
import { NewPasswordFields } from "./new-password-fields.tsx";
import { RestoreForm } from "./restore-form.tsx";
import { signInWithPassword } from "./sign-in.ts";

const COMMAND = "npm run superuser -- upsert EMAIL PASSWORD";

/** Where the link that the first start prints leads. */
export function InstallScreen({ params }: ScreenProps) {
  const token = params["token"] ?? "";
  const [isExpired, setExpired] = useState(!isInstallToken(token));
  return (
    <AuthFrame title={t("auth.install.title")}>
      {isExpired ? (
        <>
          <Notice tone="danger">{t("auth.install.expired")}</Notice>
          <CodeBlock code={COMMAND} language="plain">
            <CopyButton text={COMMAND} />
          </CodeBlock>
        </>
      ) : (
        <InstallForms token={token} onExpired={() => setExpired(true)} />
      )}
    </AuthFrame>
  );
}

interface InstallProps {
  readonly token: string;
  readonly onExpired: () => void;
}

/** A first superuser, or a backup that brings its own. */
function InstallForms(props: InstallProps) {
  const [isRestoring, setRestoring] = useState(false);
  return (
    <>
      {/* Hidden only: what was typed is there again after a restore that failed. */}
      <div hidden={isRestoring}>
        <div class="g-stack">
          <InstallForm {...props} />
          <div class="auth-or">
            <span>{t("auth.or")}</span>
          </div>
        </div>
      </div>
      <RestoreForm token={props.token} onPhase={setRestoring} />
    </>
  );
}

function InstallForm({ token, onExpired }: InstallProps) {
  const [email, setEmail] = useState("");
  const [value, setValue] = useState({ password: "", passwordConfirm: "" });
  const form = useForm();
  const send = async () => {
    const headers = { Authorization: token };
    try {
      await client.collection("_superusers").create({ email: email.trim(), ...value }, { headers });
    } catch (error) {
      if (isRefused(error)) onExpired();
      throw error;
    }
    await signInWithPassword(email.trim(), value.password);
  };
  return (
    <AuthForm
      form={form}
      onSend={send}
      text={t("auth.install.text")}
      action={t("auth.install.create")}
      iconAfter="arrow-right"
    >
      <EmailField value={email} onInput={setEmail} error={form.errors["email"]} autoFocus />
      <NewPasswordFields
        label={t("auth.password")}
        help={t("auth.passwordHelp")}
        value={value}
        onChange={setValue}
        errors={form.errors}
      />
    </AuthForm>
  );
}

/** Only looks at it; the server decides. */
function isInstallToken(token: string): boolean {
  return !isTokenExpired(token) && getTokenPayload(token)["type"] === "auth";
}

function isRefused(error: unknown): boolean {
  const status = typeof error === "object" && error !== null && "status" in error && error.status;
  return status === 401 || status === 403;
}
