import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Button } from "../../kit/button.tsx";
import { Loading } from "../../kit/notice.tsx";
import { TextField } from "../../kit/text-field.tsx";
import { type FormState, useForm } from "../api/use-form.ts";
import { t } from "../i18n/language.ts";
import { AuthForm } from "./auth-form.tsx";
import { EmailField, PasswordField } from "./credential-fields.tsx";
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
  return (
    <AuthForm
      form={form}
      onSend={async () => onStep(await signInWithPasskey(step))}
      text={t("auth.passkey.text")}
      action={t("auth.passkey.signIn")}
      icon="key"
    />
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
  foot,
}: {
  readonly text: ComponentChildren;
  readonly label: string;
  /** Of which the field is `code`. */
  readonly form: FormState;
  readonly isNumber?: boolean;
  readonly onSend: (code: string) => Promise<void>;
  readonly foot?: ComponentChildren;
}) {
  const [code, setCode] = useState("");
  return (
    <AuthForm
      form={form}
      onSend={() => onSend(code.trim())}
      text={text}
      action={t("auth.signIn")}
      iconAfter="arrow-right"
      foot={foot}
    >
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
    </AuthForm>
  );
}

/** The mail is on its way as soon as it is known where to. */
function OtpWay({ step, onStep }: StepProps) {
  const [email, setEmail] = useState(step.email);
  const [otpId, setOtpId] = useState("");
  const form = useForm("code");
  const request = async () => setOtpId(await requestOtp(email.trim()));
  useEffect(() => {
    if (step.email.includes("@")) void form.submit(request);
  }, []);
  if (otpId === "" && form.isBusy) return <Loading label={t("shell.loading")} />;
  if (otpId === "") {
    const error = form.errors["email"] ?? form.errors["code"];
    return (
      <AuthForm form={form} onSend={request} action={t("auth.otpRequest")}>
        <EmailField value={email} onInput={setEmail} error={error} autoFocus />
      </AuthForm>
    );
  }
  return (
    <CodeForm
      text={t("auth.otpSent", { email })}
      label={t("auth.otp")}
      form={form}
      isNumber
      onSend={async (code) => onStep(await signInWithOtp(otpId, code, step))}
      foot={
        <Button look="quiet" size="small" onClick={() => void form.submit(request)}>
          {t("auth.otpAgain")}
        </Button>
      }
    />
  );
}

/** After a passkey. */
function PasswordWay({ step, onStep }: StepProps) {
  const [email, setEmail] = useState(step.email);
  const [password, setPassword] = useState("");
  const form = useForm("password");
  return (
    <AuthForm
      form={form}
      onSend={async () => onStep(await signInWithPassword(email.trim(), password, step))}
      action={t("auth.signIn")}
      iconAfter="arrow-right"
    >
      <EmailField value={email} onInput={setEmail} error={form.errors["identity"]} autoFocus />
      <PasswordField value={password} onInput={setPassword} error={form.errors["password"]} />
    </AuthForm>
  );
}
