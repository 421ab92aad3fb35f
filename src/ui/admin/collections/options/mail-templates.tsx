import type { AuthCollectionModel, EmailTemplate } from "pocketbase";
import { useEffect, useState } from "preact/hooks";
import { Button } from "../../../kit/button.tsx";
import { CodeField } from "../../../kit/code-field.tsx";
import { copyText } from "../../../kit/copy-button.tsx";
import { TextField } from "../../../kit/text-field.tsx";
import { toast } from "../../../kit/toast.tsx";
import { client } from "../../api/client.ts";
import type { PlainKey } from "../../i18n/en.ts";
import { t } from "../../i18n/language.ts";
import { isAuth } from "../changes.ts";
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
  const defaults = useDefaults();
  return (
    <>
      {LINK_TEMPLATES.map((name) => (
        <Template
          key={name}
          path={name}
          title={`options.mail.${name}`}
          placeholders={WITH_TOKEN}
          value={collection[name]}
          original={defaults?.[name]}
          errors={errors}
          onChange={(template) => onChange({ [name]: template }, name)}
        />
      ))}
      <Template
        path="otp.emailTemplate"
        title="options.mail.otpTemplate"
        placeholders={[...OF_ALL, "{OTP}", "{OTP_ID}"]}
        value={otp.emailTemplate}
        original={defaults?.otp.emailTemplate}
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
        original={defaults?.authAlert.emailTemplate}
        errors={errors}
        onChange={(emailTemplate) =>
          onChange({ authAlert: { ...authAlert, emailTemplate } }, "authAlert.emailTemplate")
        }
      />
    </>
  );
}

/** What a new collection's mails say. */
function useDefaults(): AuthCollectionModel | undefined {
  const [defaults, setDefaults] = useState<AuthCollectionModel>();
  useEffect(() => {
    client.collections.getScaffolds().then(
      ({ auth }) => setDefaults(auth && isAuth(auth) ? auth : undefined),
      // Without them there is only no way back to them.
      () => undefined,
    );
  }, []);
  return defaults;
}

interface TemplateProps {
  readonly path: string;
  readonly title: PlainKey;
  readonly placeholders: readonly string[];
  readonly value: EmailTemplate;
  /** What it is at first; undefined while that is not known. */
  readonly original: EmailTemplate | undefined;
  readonly errors: OptionsProps["errors"];
  readonly onChange: (value: EmailTemplate) => void;
}

function Template(props: TemplateProps) {
  const { path, title, placeholders, value, original, errors, onChange } = props;
  const isOwn = original && (original.subject !== value.subject || original.body !== value.body);
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
      {isOwn && (
        <div>
          <Button size="small" icon="undo" onClick={() => onChange(original)}>
            {t("options.mail.reset")}
          </Button>
        </div>
      )}
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
