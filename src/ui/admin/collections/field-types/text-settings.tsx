import { TextField } from "../../../kit/text-field.tsx";
import { t } from "../../i18n/language.ts";
import { textOption } from "./field-kind.ts";
import { NumberOption } from "./number-option.tsx";
import type { SettingsProps } from "./settings-props.ts";

const DEFAULT_MAX = 5000;

export function TextSettings(settings: SettingsProps) {
  const { field, errors, onChange } = settings;
  return (
    <>
      <NumberOption
        name="min"
        label={t("fields.minLength")}
        placeholder={t("fields.noLimit")}
        min={0}
        settings={settings}
      />
      <NumberOption
        name="max"
        label={t("fields.maxLength")}
        placeholder={t("fields.max.default", { count: DEFAULT_MAX })}
        min={0}
        settings={settings}
      />
      <TextField
        label={t("fields.pattern")}
        help={t("fields.pattern.help")}
        value={textOption(field, "pattern")}
        onInput={(pattern) => onChange({ pattern })}
        error={errors["pattern"]}
      />
      <TextField
        label={t("fields.autogenerate")}
        help={t("fields.autogenerate.help")}
        value={textOption(field, "autogeneratePattern")}
        onInput={(autogeneratePattern) => onChange({ autogeneratePattern })}
        error={errors["autogeneratePattern"]}
      />
    </>
  );
}
