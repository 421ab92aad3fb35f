import type { AuthMethodsList } from "pocketbase";
import { useEffect, useState } from "preact/hooks";
import { Button } from "../../kit/button.tsx";
import { Notice } from "../../kit/notice.tsx";
import { TextField } from "../../kit/text-field.tsx";
import { type FormState, useForm } from "../api/use-form.ts";
import { t } from "../i18n/language.ts";
import { hrefTo, place } from "../shell/navigation.ts";
import { AuthFrame } from "./auth-frame.tsx";
import {
  authMethods,
  requestOtp,
  signInWithOtp,
  signInWithPassword,
  type SignInStep,
} from "./sign-in.ts";
import { SubmitForm } from "./submit-form.tsx";

/** Sign-in of superusers: password, and a one-time password where it is asked for. */
export function LoginScreen() {
  const [step, setStep] = useState<SignInStep>({ kind: "password" });
  const [methods, setMethods] = useState<AuthMethodsList>();
  useEffect(() => void authMethods().then(setMethods, () => undefined), []);
  const isSecond = (step.kind === "otp" && step.mfaId !== undefined) || step.kind === "otp-address";
  const position =
    methods?.mfa.enabled === true ? t("auth.step", { step: isSecond ? 2 : 1, of: 2 }) : undefined;
  return (
    <AuthFrame title={t("auth.signIn.title")} step={position}>
      {step.kind === "password" && <PasswordStep onStep={setStep} />}
      {step.kind === "otp-address" && <AddressStep mfaId={step.mfaId} onStep={setStep} />}
      {step.kind === "otp" && <OtpStep key={step.otpId} step={step} onStep={setStep} />}
    </AuthFrame>
  );
}

interface StepProps {
  readonly onStep: (step: SignInStep) => void;
}

function PasswordStep({ onStep }: StepProps) {
  // A demonstration may lead here with its account filled in.
  const { demoEmail = "", demoPassword = "" } = place.peek().query;
  const [email, setEmail] = useState(demoEmail);
  const [password, setPassword] = useState(demoPassword);
  const form = useForm();
  const send = () =>
    form.submit(async () => onStep(await signInWithPassword(email.trim(), password)));
  return (
    <SubmitForm onSubmit={() => void send()}>
      <Problem form={form} text={t("auth.invalidLogin")} />
      <TextField
        label={t("auth.email")}
        type="email"
        name="email"
        autoComplete="username"
        value={email}
        onInput={setEmail}
        required
        autoFocus
      />
      <TextField
        label={t("auth.password")}
        type="password"
        name="password"
        autoComplete="current-password"
        value={password}
        onInput={setPassword}
        required
        aside={<a href={hrefTo("/request-password-reset")}>{t("auth.forgot")}</a>}
      />
      <Button type="submit" look="primary" busy={form.isBusy} iconAfter="arrow-right">
        {t("auth.signIn")}
      </Button>
    </SubmitForm>
  );
}

function AddressStep({ mfaId, onStep }: StepProps & { readonly mfaId: string }) {
  const [email, setEmail] = useState("");
  const form = useForm();
  const send = () => form.submit(async () => onStep(await requestOtp(email.trim(), mfaId)));
  return (
    <SubmitForm onSubmit={() => void send()}>
      <Problem form={form} />
      <TextField
        label={t("auth.email")}
        type="email"
        value={email}
        onInput={setEmail}
        error={form.errors["email"]}
        required
        autoFocus
      />
      <Button type="submit" look="primary" busy={form.isBusy}>
        {t("auth.otpRequest")}
      </Button>
    </SubmitForm>
  );
}

function OtpStep({
  step,
  onStep,
}: StepProps & { readonly step: Extract<SignInStep, { kind: "otp" }> }) {
  const [password, setPassword] = useState("");
  const form = useForm();
  const send = () => form.submit(async () => onStep(await signInWithOtp(step, password.trim())));
  const sendAnother = () =>
    form.submit(async () => onStep(await requestOtp(step.email, step.mfaId)));
  return (
    <SubmitForm onSubmit={() => void send()}>
      <Notice>{t("auth.otpSent", { email: step.email })}</Notice>
      <Problem form={form} />
      <TextField
        label={t("auth.otp")}
        autoComplete="one-time-code"
        value={password}
        onInput={setPassword}
        error={form.errors["password"]}
        required
        autoFocus
      />
      <Button type="submit" look="primary" busy={form.isBusy} iconAfter="arrow-right">
        {t("auth.signIn")}
      </Button>
      <div class="auth-links">
        <Button look="quiet" size="small" onClick={() => void sendAnother()}>
          {t("auth.otpAgain")}
        </Button>
        <Button look="quiet" size="small" onClick={() => onStep({ kind: "password" })}>
          {t("auth.startOver")}
        </Button>
      </div>
    </SubmitForm>
  );
}

/** What is wrong with the whole. @param props.text replaces what the server says about its fields */
function Problem({ form, text }: { readonly form: FormState; readonly text?: string }) {
  const hasErrors = Object.keys(form.errors).length > 0;
  const said = form.problem ?? (hasErrors ? text : undefined);
  return said ? <Notice tone="danger">{said}</Notice> : null;
}
