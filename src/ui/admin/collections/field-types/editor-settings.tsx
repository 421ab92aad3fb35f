import { CheckField } from "../../../kit/check-field.tsx";
import { t } from "../../i18n/language.ts";
import { isOn } from "./field-kind.ts";
import { NumberOption } from "./number-option.tsx";
import type { SettingsProps } from "./settings-props.ts";

export function EditorSettings(settings: SettingsProps) {
  return (
    <>
      <NumberOption
        name="maxSize"
        label={t("fields.maxSize")}
        placeholder={t("fields.maxSize.default", { size: 5 })}
        min={0}
        settings={settings}
      />
      <CheckField
        label={t("fields.convertURLs")}
        help={t("fields.convertURLs.help")}
        checked={isOn(settings.field, "convertURLs")}
        onChange={(convertURLs) => settings.onChange({ convertURLs })}
      />
    </>
  );
}
