import { t } from "../../i18n/language.ts";
import { NumberOption } from "./number-option.tsx";
import type { SettingsProps } from "./settings-props.ts";

export function JsonSettings(settings: SettingsProps) {
  return (
    <NumberOption
      name="maxSize"
      label={t("fields.maxSize")}
      placeholder={t("fields.maxSize.default", { size: 1 })}
      min={0}
      settings={settings}
    />
  );
}
