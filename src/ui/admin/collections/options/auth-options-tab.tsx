import { useState } from "preact/hooks";
import { Button } from "../../../kit/button.tsx";
import { CheckField } from "../../../kit/check-field.tsx";
import { t } from "../../i18n/language.ts";
import { isAuth } from "../changes.ts";
import { draftToBody, patchCollection } from "../draft.ts";
import type { EditorProps } from "../editor-props.ts";
import { AuthExtrasOptions } from "./auth-extras-options.tsx";
import { MailTemplates } from "./mail-templates.tsx";
import { MfaOptions } from "./mfa-options.tsx";
import { OAuth2Options } from "./oauth2-options.tsx";
import type { OptionsProps } from "./options-props.ts";
import { OtpOptions } from "./otp-options.tsx";
import { PasswordOptions } from "./password-options.tsx";
import { TestMailDialog } from "./test-mail-dialog.tsx";
import { TokenOptions } from "./token-options.tsx";

const SUPERUSERS = "_superusers";

/** Ways to sign in, the mails about them, how long tokens last, and what PocketBase does not have. */
export function AuthOptionsTab(props: EditorProps) {
  const { draft, original, errors, extras, onChange, onExtras } = props;
  const collection = draftToBody(draft);
  if (!isAuth(collection)) return null;
  const options: OptionsProps = {
    collection,
    isSuperusers: collection.name === SUPERUSERS,
    errors,
    onChange: (patch, path) => onChange(patchCollection(draft, patch), path),
  };
  return (
    <div class="g-stack">
      <Methods {...options} />
      {extras && (
        <AuthExtrasOptions
          extras={extras}
          isSuperusers={options.isSuperusers}
          errors={errors}
          onChange={onExtras}
        />
      )}
      <Mails {...options} stored={original?.name} />
      <section class="g-stack" data-gap="small" aria-label={t("options.tokens")}>
        <h3>{t("options.tokens")}</h3>
        <TokenOptions {...options} />
      </section>
    </div>
  );
}

function Methods(options: OptionsProps) {
  const { authAlert } = options.collection;
  return (
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
  );
}

function Mails({
  stored,
  ...options
}: OptionsProps & {
  /** The collection's name on the server; undefined for a new one, whose mails cannot be tried. */
  readonly stored: string | undefined;
}) {
  const [isTesting, setTesting] = useState(false);
  return (
    <section class="g-stack" data-gap="small" aria-label={t("options.mails")}>
      <div class="g-row">
        <h3>{t("options.mails")}</h3>
        <span class="g-spacer" />
        {stored !== undefined && (
          <Button size="small" look="quiet" icon="email" onClick={() => setTesting(true)}>
            {t("options.mail.test")}
          </Button>
        )}
      </div>
      <MailTemplates {...options} />
      {isTesting && stored !== undefined && (
        <TestMailDialog collection={stored} onClose={() => setTesting(false)} />
      )}
    </section>
  );
}
