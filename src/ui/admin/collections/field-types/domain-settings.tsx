import { t } from "../../i18n/language.ts";
import { ListOption } from "./list-option.tsx";
import type { SettingsProps } from "./settings-props.ts";

/** Of addresses: which domains they may have. */
export function DomainSettings(settings: SettingsProps) {
  return (
    <>
      <ListOption
        name="onlyDomains"
        label={t("fields.onlyDomains")}
        help={t("fields.domains.help")}
        settings={settings}
      />
      <ListOption name="exceptDomains" label={t("fields.exceptDomains")} settings={settings} />
    </>
  );
}
