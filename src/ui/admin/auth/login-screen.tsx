import { useEffect, useState } from "preact/hooks";
import { Button } from "../../kit/button.tsx";
import { Notice } from "../../kit/notice.tsx";
import { useForm } from "../api/use-form.ts";
import { t } from "../i18n/language.ts";
import { hrefTo, place } from "../shell/navigation.ts";
import { AuthForm } from "./auth-form.tsx";
import { AuthFrame } from "./auth-frame.tsx";
import { EmailField, PasswordField } from "./credential-fields.tsx";
import { hasPasskeys } from "./passkey.ts";
import { SecondStepForm } from "./second-step.tsx";
import {
  authMethods,
  signInWithPasskey,
  signInWithPassword,
  type SignInMethods,
  type SignInStep,
} from "./sign-in.ts";

/** Sign-in of superusers: with a password or a passkey, and a second step where one is asked for. */
export function LoginScreen() {
  const [step, setStep] = useState<SignInStep>({ kind: "first" });
  const [methods, setMethods] = useState<SignInMethods>();
  useEffect(() => void authMethods().then(setMethods, () => undefined), []);
  const isSecond = step.kind === "second";
  const position =
    isSecond || methods?.mfa.enabled === true
      ? t("auth.step", { step: isSecond ? 2 : 1, of: 2 })
      : undefined;
  return (
    <AuthFrame title={t("auth.signIn.title")} step={position}>
      {step.kind === "first" && step.isOver && (
        <Notice tone="danger">{t("auth.tookTooLong")}</Notice>
      )}
      {step.kind === "first" && <PasswordForm onStep={setStep} />}
      {step.kind === "first" && methods?.passkeys?.enabled && hasPasskeys() && (
        <PasskeyButton onStep={setStep} />
      )}
      {isSecond && <SecondStepForm key={step.mfaId} step={step} onStep={setStep} />}
    </AuthFrame>
  );
}

interface StepProps {
  readonly onStep: (step: SignInStep) => void;
}

function PasswordForm({ onStep }: StepProps) {
  // A demonstration may lead here with its account filled in.
  const { demoEmail = "", demoPassword = "" } = place.peek().query;
  const [email, setEmail] = useState(demoEmail);
  const [password, setPassword] = useState(demoPassword);
  const form = useForm();
  const isWrong = Object.keys(form.errors).length > 0;
  return (
    <AuthForm
      form={form}
      onSend={async () => onStep(await signInWithPassword(email.trim(), password))}
      problem={isWrong ? t("auth.invalidLogin") : undefined}
      action={t("auth.signIn")}
      iconAfter="arrow-right"
    >
      <EmailField value={email} onInput={setEmail} autoFocus />
      <PasswordField
        value={password}
        onInput={setPassword}
        aside={<a href={hrefTo("/request-password-reset")}>{t("auth.forgot")}</a>}
      />
    </AuthForm>
  );
}

function PasskeyButton({ onStep }: StepProps) {
  const form = useForm();
  const send = () => form.submit(async () => onStep(await signInWithPasskey()));
  return (
    <div class="auth-or">
      <span>{t("auth.or")}</span>
      <Button icon="key" busy={form.isBusy} onClick={() => void send()}>
        {t("auth.passkey.signIn")}
      </Button>
      {form.problem && <Notice tone="danger">{form.problem}</Notice>}
    </div>
  );
}
