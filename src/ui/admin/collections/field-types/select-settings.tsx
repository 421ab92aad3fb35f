import { t } from "../../i18n/language.ts";
import { listOption } from "./field-kind.ts";
import { ListOption } from "./list-option.tsx";
import { MultipleOption } from "./multiple-option.tsx";
import type { SettingsProps } from "./settings-props.ts";

export function SelectSettings(settings: SettingsProps) {
  return (
    <>
      <ListOption
        name="values"
        label={t("fields.values")}
        help={t("fields.values.help")}
        required
        sortable
        settings={settings}
      />
      <MultipleOption settings={settings} limit={listOption(settings.field, "values").length} />
    </>
  );
}
