import { useState } from "preact/hooks";
import { Button } from "../../kit/button.tsx";
import { CodeBlock } from "../../kit/code-field.tsx";
import { CopyButton } from "../../kit/copy-button.tsx";
import { Notice, Tag } from "../../kit/notice.tsx";
import { QrCode } from "../../kit/qr-code.tsx";
import { TextField } from "../../kit/text-field.tsx";
import { useForm } from "../api/use-form.ts";
import { SubmitForm } from "../auth/submit-form.tsx";
import { t } from "../i18n/language.ts";
import { askSuperusers } from "./own-account.ts";
import { OwnSection } from "./own-section.tsx";
import { ProofForm } from "./proof-form.tsx";

/** What the app is told; in this answer only. */
interface Enrolment {
  readonly secret: string;
  /** `otpauth://`: what the QR code holds, and opens an app on the same device. */
  readonly url: string;
}

/** One's authenticator app: set up with a first code, removed with the password. */
export function TotpSection() {
  return (
    <OwnSection
      title={t("superusers.totp")}
      text={t("superusers.totp.text")}
      load={() => askSuperusers<{ enabled: boolean }>("GET", "totp")}
    >
      {({ enabled }, reload) => (enabled ? <Present onDone={reload} /> : <Setup onDone={reload} />)}
    </OwnSection>
  );
}

interface PartProps {
  readonly onDone: () => Promise<void>;
}

function Present({ onDone }: PartProps) {
  const [isRemoving, setRemoving] = useState(false);
  if (isRemoving) {
    return (
      <ProofForm
        action={t("superusers.totp.remove")}
        look="danger"
        onCancel={() => setRemoving(false)}
        onSend={async (proof) => {
          await askSuperusers("POST", "totp/remove", proof);
          await onDone();
        }}
      />
    );
  }
  return (
    <div class="g-row">
      <Tag tone="success">{t("superusers.totp.on")}</Tag>
      <span class="g-spacer" />
      <Button size="small" onClick={() => setRemoving(true)}>
        {t("superusers.totp.remove")}
      </Button>
    </div>
  );
}

function Setup({ onDone }: PartProps) {
  const [enrolment, setEnrolment] = useState<Enrolment>();
  const form = useForm();
  const begin = () =>
    form.submit(async () => setEnrolment(await askSuperusers<Enrolment>("POST", "totp/enroll")));
  if (enrolment) return <Confirmation {...enrolment} onDone={onDone} />;
  return (
    <>
      {form.problem && <Notice tone="danger">{form.problem}</Notice>}
      <div>
        <Button icon="add" busy={form.isBusy} onClick={() => void begin()}>
          {t("superusers.totp.add")}
        </Button>
      </div>
    </>
  );
}

function Confirmation({ secret, url, onDone }: Enrolment & PartProps) {
  const [code, setCode] = useState("");
  const form = useForm("code");
  const send = () =>
    form.submit(async () => {
      await askSuperusers("POST", "totp/confirm", { code: code.trim() });
      await onDone();
    });
  return (
    <SubmitForm onSubmit={() => void send()}>
      <div class="own-qr-code">
        <QrCode text={url} label={t("superusers.totp.qrCode")} />
      </div>
      <p>
        {t("superusers.totp.secret")} <a href={url}>{t("superusers.totp.open")}</a>
      </p>
      <CodeBlock code={inGroups(secret)} language="plain">
        <CopyButton text={secret} />
      </CodeBlock>
      {form.problem && <Notice tone="danger">{form.problem}</Notice>}
      <TextField
        label={t("superusers.totp.code")}
        autoComplete="one-time-code"
        inputMode="numeric"
        value={code}
        onInput={setCode}
        error={form.errors["code"]}
        required
        autoFocus
      />
      <div>
        <Button type="submit" look="primary" busy={form.isBusy}>
          {t("superusers.totp.confirm")}
        </Button>
      </div>
    </SubmitForm>
  );
}

/** Easier to read off; apps ignore the blanks. */
function inGroups(secret: string): string {
  return secret.replaceAll(/(.{4})(?=.)/g, "$1 ");
}
