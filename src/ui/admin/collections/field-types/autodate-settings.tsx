import { SelectField } from "../../../kit/select-field.tsx";
import { t } from "../../i18n/language.ts";
import { isOn } from "./field-kind.ts";
import type { SettingsProps } from "./settings-props.ts";

type When = "create" | "update" | "both";

export function AutodateSettings({ field, errors, onChange }: SettingsProps) {
  const onCreate = isOn(field, "onCreate");
  const when: When = onCreate ? (isOn(field, "onUpdate") ? "both" : "create") : "update";
  return (
    <SelectField<When>
      label={t("fields.setOn")}
      value={when}
      choices={[
        { value: "create", label: t("fields.onCreate") },
        { value: "update", label: t("fields.onUpdate") },
        { value: "both", label: t("fields.onBoth") },
      ]}
      disabled={field.system}
      onChange={(choice) =>
        onChange({ onCreate: choice !== "update", onUpdate: choice !== "create" })
      }
      error={errors["onCreate"] ?? errors["onUpdate"]}
    />
  );
}
