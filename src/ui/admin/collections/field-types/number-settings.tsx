import { CheckField } from "../../../kit/check-field.tsx";
import { t } from "../../i18n/language.ts";
import { isOn } from "./field-kind.ts";
import { NumberOption } from "./number-option.tsx";
import type { SettingsProps } from "./settings-props.ts";

export function NumberSettings(settings: SettingsProps) {
  return (
    <>
      <NumberOption
        name="min"
        label={t("fields.min")}
        placeholder={t("fields.noLimit")}
        empty={null}
        step="any"
        settings={settings}
      />
      <NumberOption
        name="max"
        label={t("fields.max")}
        placeholder={t("fields.noLimit")}
        empty={null}
        step="any"
        settings={settings}
      />
      <CheckField
        label={t("fields.onlyInt")}
        checked={isOn(settings.field, "onlyInt")}
        onChange={(onlyInt) => settings.onChange({ onlyInt })}
      />
    </>
  );
}
