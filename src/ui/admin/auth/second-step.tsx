import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Button } from "../../kit/button.tsx";
import { Loading, Notice } from "../../kit/notice.tsx";
import { TextField } from "../../kit/text-field.tsx";
import { type FormState, useForm } from "../api/use-form.ts";
import { t } from "../i18n/language.ts";
import { hasPasskeys } from "./passkey.ts";
import {
  requestOtp,
  type SecondMethod,
  type SecondStep,
  signInWithCode,
  signInWithOtp,
  signInWithPasskey,
  signInWithPassword,
  type SignInStep,
} from "./sign-in.ts";
import { SubmitForm } from "./submit-form.tsx";

interface StepProps {
  readonly step: SecondStep;
  readonly onStep: (step: SignInStep) => void;
}

/** The second step of a sign-in: the best way there is, and how to take another one. */
export function SecondStepForm(props: StepProps) {
  const methods = props.step.methods.filter((each) => each !== "passkey" || hasPasskeys());
  const [method, setMethod] = useState(methods[0] ?? "recoveryCode");
  const Way = WAYS[method];
  return (
    <>
      <Way {...props} />
      <div class="auth-links">
        {methods
          .filter((each) => each !== method)
          .map((each) => (
            <Button key={each} look="quiet" size="small" onClick={() => setMethod(each)}>
              {t(`auth.way.${each}`)}
            </Button>
          ))}
        <Button
          look="quiet"
          size="small"
          icon="undo"
          onClick={() => props.onStep({ kind: "first" })}
        >
          {t("auth.startOver")}
        </Button>
      </div>
    </>
  );
}

const WAYS: Readonly<Record<SecondMethod, (props: StepProps) => ComponentChildren>> = {
  passkey: PasskeyWay,
  totp: TotpWay,
  otp: OtpWay,
  password: PasswordWay,
  recoveryCode: RecoveryCodeWay,
};

function PasskeyWay({ step, onStep }: StepProps) {
  const form = useForm();
  const send = () => form.submit(async () => onStep(await signInWithPasskey(step)));
  return (
    <SubmitForm onSubmit={() => void send()}>
      <p class="auth-text">{t("auth.passkey.text")}</p>
      {form.problem && <Notice tone="danger">{form.problem}</Notice>}
      <Button type="submit" look="primary" icon="key" busy={form.isBusy}>
        {t("auth.passkey.signIn")}
      </Button>
    </SubmitForm>
  );
}

function TotpWay({ step, onStep }: StepProps) {
  const form = useForm("code");
  return (
    <CodeForm
      text={t("auth.totp.text")}
      label={t("auth.totp")}
      form={form}
      isNumber
      onSend={async (code) => onStep(await signInWithCode("totp", code, step))}
    />
  );
}

function RecoveryCodeWay({ step, onStep }: StepProps) {
  const form = useForm("code");
  return (
    <CodeForm
      text={t("auth.recoveryCode.text")}
      label={t("auth.recoveryCode")}
      form={form}
      onSend={async (code) => onStep(await signInWithCode("recovery-code", code, step))}
    />
  );
}

/** One code and a button. */
function CodeForm({
  text,
  label,
  form,
  isNumber = false,
  onSend,
  children,
}: {
  readonly text: ComponentChildren;
  readonly label: string;
  /** Of which the field is `code`. */
  readonly form: FormState;
  readonly isNumber?: boolean;
  readonly onSend: (code: string) => Promise<void>;
  readonly children?: ComponentChildren;
}) {
  const [code, setCode] = useState("");
  return (
    <SubmitForm onSubmit={() => void form.submit(() => onSend(code.trim()))}>
      <p class="auth-text">{text}</p>
      {form.problem && <Notice tone="danger">{form.problem}</Notice>}
      <TextField
        label={label}
        autoComplete={isNumber ? "one-time-code" : "off"}
        inputMode={isNumber ? "numeric" : undefined}
        value={code}
        onInput={setCode}
        error={form.errors["code"] ?? form.errors["password"]}
        required
        autoFocus
      />
      <Button type="submit" look="primary" busy={form.isBusy} iconAfter="arrow-right">
        {t("auth.signIn")}
      </Button>
      {children}
    </SubmitForm>
  );
}

/** The mail is on its way as soon as it is known where to. */
function OtpWay({ step, onStep }: StepProps) {
  const [email, setEmail] = useState(step.email);
  const [otpId, setOtpId] = useState("");
  const form = useForm("code");
  const request = () => form.submit(async () => setOtpId(await requestOtp(email.trim())));
  useEffect(() => {
    if (step.email.includes("@")) void request();
  }, []);
  if (otpId === "" && form.isBusy) return <Loading label={t("shell.loading")} />;
  if (otpId === "") {
    return (
      <SubmitForm onSubmit={() => void request()}>
        {form.problem && <Notice tone="danger">{form.problem}</Notice>}
        <TextField
          label={t("auth.email")}
          type="email"
          autoComplete="username"
          value={email}
          onInput={setEmail}
          error={form.errors["email"] ?? form.errors["code"]}
          required
          autoFocus
        />
        <Button type="submit" look="primary">
          {t("auth.otpRequest")}
        </Button>
      </SubmitForm>
    );
  }
  return (
    <CodeForm
      text={t("auth.otpSent", { email })}
      label={t("auth.otp")}
      form={form}
      isNumber
      onSend={async (code) => onStep(await signInWithOtp(otpId, code, step))}
    >
      <Button look="quiet" size="small" onClick={() => void request()}>
        {t("auth.otpAgain")}
      </Button>
    </CodeForm>
  );
}

/** After a passkey. */
function PasswordWay({ step, onStep }: StepProps) {
  const [email, setEmail] = useState(step.email);
  const [password, setPassword] = useState("");
  const form = useForm("password");
  const send = () =>
    form.submit(async () => onStep(await signInWithPassword(email.trim(), password, step)));
  return (
    <SubmitForm onSubmit={() => void send()}>
      {form.problem && <Notice tone="danger">{form.problem}</Notice>}
      <TextField
        label={t("auth.email")}
        type="email"
        autoComplete="username"
        value={email}
        onInput={setEmail}
        error={form.errors["identity"]}
        required
        autoFocus
      />
      <TextField
        label={t("auth.password")}
        type="password"
        autoComplete="current-password"
        value={password}
        onInput={setPassword}
        error={form.errors["password"]}
        required
      />
      <Button type="submit" look="primary" busy={form.isBusy} iconAfter="arrow-right">
        {t("auth.signIn")}
      </Button>
    </SubmitForm>
  );
}
