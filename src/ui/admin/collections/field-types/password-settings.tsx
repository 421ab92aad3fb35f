import { TextField } from "../../../kit/text-field.tsx";
import { t } from "../../i18n/language.ts";
import { textOption } from "./field-kind.ts";
import { NumberOption } from "./number-option.tsx";
import type { SettingsProps } from "./settings-props.ts";

export function PasswordSettings(settings: SettingsProps) {
  const { field, errors, onChange } = settings;
  return (
    <>
      <NumberOption name="min" label={t("fields.minLength")} min={0} settings={settings} />
      <NumberOption
        name="max"
        label={t("fields.maxLength")}
        placeholder={t("fields.max.default", { count: 71 })}
        min={0}
        max={71}
        settings={settings}
      />
      <NumberOption
        name="cost"
        label={t("fields.cost")}
        help={t("fields.cost.help")}
        min={4}
        max={31}
        settings={settings}
      />
      <TextField
        label={t("fields.pattern")}
        help={t("fields.pattern.help")}
        value={textOption(field, "pattern")}
        onInput={(pattern) => onChange({ pattern })}
        error={errors["pattern"]}
      />
    </>
  );
}
