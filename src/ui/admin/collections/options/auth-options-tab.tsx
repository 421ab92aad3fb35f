import { useState } from "preact/hooks";
import { Button } from "../../../kit/button.tsx";
import { CheckField } from "../../../kit/check-field.tsx";
import { t } from "../../i18n/language.ts";
import { isAuth } from "../changes.ts";
import { draftToBody, patchCollection } from "../draft.ts";
import type { EditorProps } from "../editor-props.ts";
import { MailTemplates } from "./mail-templates.tsx";
import { MfaOptions } from "./mfa-options.tsx";
import { OAuth2Options } from "./oauth2-options.tsx";
import type { OptionsProps } from "./options-props.ts";
import { OtpOptions } from "./otp-options.tsx";
import { PasswordOptions } from "./password-options.tsx";
import { TestMailDialog } from "./test-mail-dialog.tsx";
import { TokenOptions } from "./token-options.tsx";

const SUPERUSERS = "_superusers";

/** Ways to sign in, the mails about them, and how long tokens last. */
export function AuthOptionsTab({ draft, original, errors, onChange }: EditorProps) {
  const [isTesting, setTesting] = useState(false);
  const collection = draftToBody(draft);
  if (!isAuth(collection)) return null;
  const options: OptionsProps = {
    collection,
    isSuperusers: collection.name === SUPERUSERS,
    errors,
    onChange: (patch, path) => onChange(patchCollection(draft, patch), path),
  };
  const { authAlert } = collection;
  return (
    <div class="g-stack">
      <section class="g-stack" data-gap="small" aria-label={t("options.methods")}>
        <h3>{t("options.methods")}</h3>
        <PasswordOptions {...options} />
        {!options.isSuperusers && <OAuth2Options {...options} />}
        <OtpOptions {...options} />
        <MfaOptions {...options} />
        <CheckField
          look="switch"
          label={t("options.alert")}
          checked={authAlert.enabled}
          onChange={(enabled) =>
            options.onChange({ authAlert: { ...authAlert, enabled } }, "authAlert.enabled")
          }
        />
      </section>
      <section class="g-stack" data-gap="small" aria-label={t("options.mails")}>
        <div class="g-row">
          <h3>{t("options.mails")}</h3>
          <span class="g-spacer" />
          {original && (
            <Button size="small" look="quiet" icon="email" onClick={() => setTesting(true)}>
              {t("options.mail.test")}
            </Button>
          )}
        </div>
        <MailTemplates {...options} />
      </section>
      <section class="g-stack" data-gap="small" aria-label={t("options.tokens")}>
        <h3>{t("options.tokens")}</h3>
        <TokenOptions {...options} />
      </section>
      {isTesting && original && (
        <TestMailDialog collection={original.name} onClose={() => setTesting(false)} />
      )}
    </div>
  );
}
