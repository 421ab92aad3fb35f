import type { ComponentChildren } from "preact";
import { CheckField } from "../../../kit/check-field.tsx";
import { ComboboxField } from "../../../kit/combobox-field.tsx";
import { NumberField, TextField } from "../../../kit/text-field.tsx";
import type { FormErrors } from "../../api/form-errors.ts";
import { t } from "../../i18n/language.ts";
import type { AuthExtras } from "../auth-extras.ts";
import { OptionPart } from "./option-part.tsx";

interface ExtrasProps {
  readonly extras: AuthExtras;
  readonly isSuperusers: boolean;
  /** Those of the whole editor. */
  readonly errors: FormErrors;
  /** @param path whose errors no longer hold */
  readonly onChange: (extras: AuthExtras, path: string) => void;
}

/** What the engine offers beside PocketBase's ways to sign in. */
export function AuthExtrasOptions(props: ExtrasProps) {
  return (
    <section class="g-stack" data-gap="small" aria-label={t("options.extras")}>
      <h3>{t("options.extras")}</h3>
      <p class="g-field-help">{t("options.extras.help")}</p>
      <Totp {...props} />
      <Passkeys {...props} />
      <Extra {...props} name="recoveryCodes" />
      <ApiKeys {...props} />
      {!props.isSuperusers && <Anonymous {...props} />}
    </section>
  );
}

/** The switch of one addition, and what else it has to choose. */
function Extra({
  name,
  extras,
  errors,
  onChange,
  children,
}: ExtrasProps & { readonly name: keyof AuthExtras; readonly children?: ComponentChildren }) {
  const { enabled } = extras[name];
  const path = `extras.${name}`;
  return (
    <OptionPart
      title={t(`options.extras.${name}`)}
      enabled={enabled}
      errors={errors}
      paths={[path]}
    >
      <CheckField
        look="switch"
        label={t("options.enabled")}
        help={t(`options.extras.${name}.help`)}
        checked={enabled}
        onChange={(checked) =>
          onChange({ ...extras, [name]: { ...extras[name], enabled: checked } }, path)
        }
        error={errors[`${path}.enabled`]}
      />
      {children}
    </OptionPart>
  );
}

function Totp(props: ExtrasProps) {
  const { extras, errors, onChange } = props;
  return (
    <Extra {...props} name="totp">
      <TextField
        label={t("options.extras.issuer")}
        help={t("options.extras.issuer.help")}
        value={extras.totp.issuer}
        onInput={(issuer) =>
          onChange({ ...extras, totp: { ...extras.totp, issuer } }, "extras.totp.issuer")
        }
        error={errors["extras.totp.issuer"]}
      />
    </Extra>
  );
}

function Passkeys(props: ExtrasProps) {
  const { extras, errors, onChange } = props;
  const { passkeys } = extras;
  const set = (patch: Partial<typeof passkeys>, name: string) =>
    onChange({ ...extras, passkeys: { ...passkeys, ...patch } }, `extras.passkeys.${name}`);
  return (
    <Extra {...props} name="passkeys">
      <TextField
        label={t("options.extras.rpId")}
        help={t("options.extras.rpId.help")}
        value={passkeys.rpId}
        onInput={(rpId) => set({ rpId }, "rpId")}
        error={errors["extras.passkeys.rpId"]}
      />
      <ComboboxField
        label={t("options.extras.origins")}
        help={t("options.extras.origins.help")}
        multiple
        free
        options={[]}
        values={passkeys.origins}
        onChange={(origins) => set({ origins }, "origins")}
        error={errors["extras.passkeys.origins"]}
      />
    </Extra>
  );
}

function ApiKeys(props: ExtrasProps) {
  const { extras, errors, onChange } = props;
  const { apiKeys } = extras;
  return (
    <Extra {...props} name="apiKeys">
      <NumberField
        label={t("options.extras.maxDays")}
        value={apiKeys.maxDays}
        min={1}
        onInput={(days) =>
          onChange(
            { ...extras, apiKeys: { ...apiKeys, maxDays: days ?? 0 } },
            "extras.apiKeys.maxDays",
          )
        }
        error={errors["extras.apiKeys.maxDays"]}
      />
    </Extra>
  );
}

function Anonymous(props: ExtrasProps) {
  const { extras, errors, onChange } = props;
  const { anonymous } = extras;
  return (
    <Extra {...props} name="anonymous">
      <NumberField
        label={t("options.extras.days")}
        help={t("options.extras.days.help")}
        value={anonymous.days}
        min={1}
        onInput={(days) =>
          onChange(
            { ...extras, anonymous: { ...anonymous, days: days ?? 0 } },
            "extras.anonymous.days",
          )
        }
        error={errors["extras.anonymous.days"]}
      />
    </Extra>
  );
}
