import type { EmailTemplate } from "pocketbase";
import { Button } from "../../../kit/button.tsx";
import { CodeField } from "../../../kit/code-field.tsx";
import { copyText } from "../../../kit/copy-button.tsx";
import { TextField } from "../../../kit/text-field.tsx";
import { toast } from "../../../kit/toast.tsx";
import type { PlainKey } from "../../i18n/en.ts";
import { t } from "../../i18n/language.ts";
import { OptionPart } from "./option-part.tsx";
import type { OptionsProps } from "./options-props.ts";

const OF_ALL = ["{APP_NAME}", "{APP_URL}", "{RECORD:*}"];
const WITH_TOKEN = [...OF_ALL, "{TOKEN}"];

const LINK_TEMPLATES = [
  "verificationTemplate",
  "resetPasswordTemplate",
  "confirmEmailChangeTemplate",
] as const;

/** The five mails. */
export function MailTemplates(props: OptionsProps) {
  const { collection, errors, onChange } = props;
  const { otp, authAlert } = collection;
  return (
    <>
      {LINK_TEMPLATES.map((name) => (
        <Template
          key={name}
          path={name}
          title={`options.mail.${name}`}
          placeholders={WITH_TOKEN}
          value={collection[name]}
          errors={errors}
          onChange={(template) => onChange({ [name]: template }, name)}
        />
      ))}
      <Template
        path="otp.emailTemplate"
        title="options.mail.otpTemplate"
        placeholders={[...OF_ALL, "{OTP}", "{OTP_ID}"]}
        value={otp.emailTemplate}
        errors={errors}
        onChange={(emailTemplate) =>
          onChange({ otp: { ...otp, emailTemplate } }, "otp.emailTemplate")
        }
      />
      <Template
        path="authAlert.emailTemplate"
        title="options.mail.alertTemplate"
        placeholders={[...OF_ALL, "{ALERT_INFO}"]}
        value={authAlert.emailTemplate}
        errors={errors}
        onChange={(emailTemplate) =>
          onChange({ authAlert: { ...authAlert, emailTemplate } }, "authAlert.emailTemplate")
        }
      />
    </>
  );
}

interface TemplateProps {
  readonly path: string;
  readonly title: PlainKey;
  readonly placeholders: readonly string[];
  readonly value: EmailTemplate;
  readonly errors: OptionsProps["errors"];
  readonly onChange: (value: EmailTemplate) => void;
}

function Template({ path, title, placeholders, value, errors, onChange }: TemplateProps) {
  return (
    <OptionPart title={t(title)} errors={errors} paths={[path]}>
      <TextField
        label={t("options.mail.subject")}
        value={value.subject}
        onInput={(subject) => onChange({ ...value, subject })}
        error={errors[`${path}.subject`]}
        required
      />
      <CodeField
        label={t("options.mail.body")}
        language="html"
        minHeight="8rem"
        value={value.body}
        onInput={(body) => onChange({ ...value, body })}
        error={errors[`${path}.body`]}
        required
      />
      <p class="g-field-help">{t("options.mail.placeholders")}</p>
      <div class="g-row">
        {placeholders.map((placeholder) => (
          <Placeholder key={placeholder} text={placeholder} />
        ))}
      </div>
    </OptionPart>
  );
}

function Placeholder({ text }: { readonly text: string }) {
  return (
    <Button
      size="small"
      title={t("options.mail.placeholder", { name: text })}
      onClick={async () => {
        await copyText(text);
        toast(t("kit.copied"), { tone: "success" });
      }}
    >
      <code>{text}</code>
    </Button>
  );
}
